-- The operators' trail: what was before and after, appended only, and each entry chained to the one before by its hash.

alter table erpsync.trail rename column detail to after;

alter table erpsync.trail
  alter column seq drop identity,
  alter column after drop default,
  alter column after drop not null,
  add column command      text,
  add column operation_id text,
  add column letter_id    uuid,
  add column group_id     text,
  add column before       jsonb,
  add column ticket       text,
  add column prev_hash    bytea,
  add column hash         bytea,
  add constraint trail_ticket_named check (ticket <> ''),
  add constraint trail_seq_from_one check (seq > 0);

create index trail_by_operation on erpsync.trail (operation_id) where operation_id is not null;

-- The end of the chain: one row, locked by whoever appends until the transaction ends.
create table erpsync.trail_head (
  only_row boolean not null default true,
  seq      bigint  not null,
  hash     bytea   not null,

  constraint trail_head_pkey primary key (only_row),
  constraint trail_head_once check (only_row)
);

insert into erpsync.trail_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- What the hash of an entry is made of: everything in it but the hash itself, the same under whatever settings.
create function erpsync.trail_text(entry erpsync.trail) returns text language sql stable as $$
  select jsonb_build_array(
           entry.seq, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           entry.actor, entry.host, entry.command, entry.action, entry.operation_id,
           entry.flow, entry.message_id, entry.letter_id, entry.group_id,
           entry.before, entry.after, entry.reason, entry.ticket, encode(entry.prev_hash, 'hex')
         )::text
$$;

create function erpsync.trail_hash(entry erpsync.trail) returns bytea language sql stable as $$
  select sha256(convert_to(erpsync.trail_text(entry), 'UTF8'))
$$;

-- Number and time are given under the lock, too: entries come in the order in which they are committed, without a gap.
create function erpsync.chain_trail() returns trigger language plpgsql as $$
declare
  head erpsync.trail_head;
  last record;
begin
  select * into strict head from erpsync.trail_head for update;
  -- what the same statement has added before
  select seq, hash into last from erpsync.trail where seq > head.seq order by seq desc limit 1;
  new.seq := coalesce(last.seq, head.seq) + 1;
  new.at := clock_timestamp();
  new.prev_hash := coalesce(last.hash, head.hash);
  new.hash := erpsync.trail_hash(new);
  return new;
end
$$;

-- Once a statement, and not once a row: every version of the head would have to be passed over by the next.
create function erpsync.note_trail_head() returns trigger language plpgsql as $$
begin
  update erpsync.trail_head
     set seq = last.seq, hash = last.hash
    from (select seq, hash from erpsync.trail order by seq desc limit 1) last;
  return null;
end
$$;

create function erpsync.refuse_trail_change() returns trigger language plpgsql as $$
begin
  raise exception 'the trail is only ever added to: % refused', lower(tg_op) using errcode = 'restrict_violation';
end
$$;

update erpsync.trail
   set command = case action
                   when 'message.resolve' then 'message resolve'
                   when 'message.resend' then 'message resolve'
                   when 'key.release' then 'key release'
                   when 'key.skip' then 'key skip'
                   else 'erp call'
                 end,
       after = nullif(after, '{}');

-- Numbered anew: from here on a number that is missing is an entry that is missing.
do $$
declare
  entry  erpsync.trail;
  head   erpsync.trail_head;
  number bigint;
begin
  select * into strict head from erpsync.trail_head;
  for entry in select * from erpsync.trail order by seq loop
    number := entry.seq;
    entry.seq := head.seq + 1;
    entry.prev_hash := head.hash;
    head.seq := entry.seq;
    head.hash := erpsync.trail_hash(entry);
    update erpsync.trail set seq = entry.seq, prev_hash = entry.prev_hash, hash = head.hash where seq = number;
  end loop;
  update erpsync.trail_head set seq = head.seq, hash = head.hash;
end
$$;

alter table erpsync.trail
  alter column command set not null,
  alter column prev_hash set not null,
  alter column hash set not null;

create trigger chain_trail
 before insert on erpsync.trail
   for each row
execute function erpsync.chain_trail();

create trigger note_trail_head
 after insert on erpsync.trail
   for each statement
execute function erpsync.note_trail_head();

create trigger refuse_trail_change
 before update or delete or truncate on erpsync.trail
   for each statement
execute function erpsync.refuse_trail_change();
