-- Order within a business key: `latest` (a newer version supersedes older ones) and `strict` (every message, in order).

alter table erpsync.message
  add column ordering     text    not null default 'none',
  -- sorts the versions of a key as text; null where the flow has none and the order of acceptance counts
  add column version_rank text    collate "C",
  -- a person let the successors of this message go on without it
  add column waived       boolean not null default false,
  add constraint message_ordering_known check (ordering in ('none', 'latest', 'strict')),
  add constraint message_held_if_ordered check (state not in ('held', 'superseded') or ordering <> 'none');

-- what of an ordered key is not over yet
create index message_of_ordered_key on erpsync.message (flow, business_key, version_rank, seq)
 where ordering <> 'none' and state not in ('synced', 'superseded', 'discarded');
-- whether a newer version is there, whatever became of it
create index message_newest_of_key on erpsync.message (flow, business_key, version_rank desc, seq desc)
 where ordering <> 'none';
-- one call at a time for each ordered key, whatever the code does
create unique index message_one_call_per_ordered_key on erpsync.message (flow, business_key)
 where ordering <> 'none' and state in ('in_flight', 'in_doubt');

-- A row to lock while the messages of a key are put in order. It holds no facts.
create table erpsync.ordered_key (
  flow         text not null,
  business_key text not null,
  constraint ordered_key_pkey primary key (flow, business_key)
);

-- A letter is over without a replay, too, if its message was superseded, discarded or resolved by a person.
alter table erpsync.dead_letter
  drop constraint dead_letter_replayed_by_someone,
  add constraint dead_letter_replayed_by_someone check
    ((replayed_at is null) = (replayed_by is null)
     and (state <> 'open' or replayed_at is null)
     and (state not in ('replayed', 'died_again') or replayed_at is not null));

-- What operators did by hand. Rows are only ever added, and outlive the messages they are about.
create table erpsync.trail (
  seq        bigint      primary key generated always as identity,
  at         timestamptz not null default now(),
  actor      text        not null,
  host       text        not null,
  action     text        not null,
  flow       text,
  message_id uuid,
  reason     text        not null,
  detail     jsonb       not null default '{}',
  constraint trail_reason_given check (reason <> '')
);

create index trail_by_message on erpsync.trail (message_id);

-- A letter is open only while its message is dead: whatever else ends the message closes the letter with it.
create function erpsync.close_letters_of_finished() returns trigger language plpgsql as $$
begin
  update erpsync.dead_letter
     set state = 'resolved', decided_at = now()
   where message_id = new.id
     and state = 'open';
  return null;
end
$$;

create trigger close_letters_of_finished
 after update of state on erpsync.message
   for each row
  when (old.state = 'dead' and new.state in ('synced', 'superseded', 'discarded'))
execute function erpsync.close_letters_of_finished();
