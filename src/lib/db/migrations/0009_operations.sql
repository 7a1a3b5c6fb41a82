-- Operations on dead letters: what each is about, frozen before it begins, and what became of every letter of it.

create table erpsync.operation (
  id               text        primary key,
  seq              bigint      not null generated always as identity unique,
  kind             text        not null,
  state            text        not null default 'planned',
  -- what was selected, with nothing left to guess
  query            text        not null,
  guards           jsonb       not null default '{}',
  created_at       timestamptz not null default now(),
  created_by       text        not null,
  host             text        not null,
  reason           text        not null,
  ticket           text,
  started_at       timestamptz,
  -- nothing more will be sent
  finished_at      timestamptz,
  -- who changed its state last, and why it does not go on
  changed_by       text        not null,
  why              text,
  -- the process that carries it out; once the lease has run out, another may
  lease_owner      text,
  lease_until      timestamptz,
  -- begins anew after every stop, with a canary of its own
  round            integer     not null default 0,
  round_sent       integer     not null default 0,
  round_ok         integer     not null default 0,
  round_failed     integer     not null default 0,
  canary_passed_at timestamptz,
  -- letters by the state of their item, kept by a trigger
  letters          integer     not null default 0,
  pending          integer     not null default 0,
  sent             integer     not null default 0,
  resolved         integer     not null default 0,
  failed_same      integer     not null default 0,
  failed_new       integer     not null default 0,
  already_in_sap   integer     not null default 0,
  skipped          integer     not null default 0,

  constraint operation_id_known check (id ~ '^R-[A-Z2-7]{7}$'),
  constraint operation_kind_known check (kind in ('replay', 'fix', 'discard')),
  constraint operation_state_known check (state in ('planned', 'running', 'paused', 'stopped', 'finished', 'cancelled')),
  constraint operation_reason_given check (reason <> ''),
  constraint operation_ticket_named check (ticket <> ''),
  constraint operation_started_unless_planned check (state in ('planned', 'cancelled') or started_at is not null),
  constraint operation_finished_when_over check ((state in ('finished', 'cancelled')) = (finished_at is not null)),
  constraint operation_halted_with_reason check (state not in ('paused', 'stopped', 'cancelled') or why is not null),
  constraint operation_leased_while_running check (state = 'running' or lease_owner is null),
  constraint operation_leased_until check ((lease_owner is null) = (lease_until is null)),
  constraint operation_rounds_counted check (round >= 0 and round_sent >= 0 and round_ok >= 0 and round_failed >= 0),
  constraint operation_counted check
    (least(pending, sent, resolved, failed_same, failed_new, already_in_sap, skipped) >= 0
     and letters = pending + sent + resolved + failed_same + failed_new + already_in_sap + skipped),
  constraint operation_decided_when_finished check (state <> 'finished' or (pending = 0 and sent = 0))
);

create index operation_under_way on erpsync.operation (seq) where sent > 0;

-- One letter of an operation. It outlives the letter.
create table erpsync.operation_item (
  operation_id text        not null references erpsync.operation on delete cascade,
  -- the order in which they are sent
  position     integer     not null,
  -- a letter that died again and is sent again gives its place to the newer one
  letter_id    uuid        not null,
  message_id   uuid,
  flow         text        not null,
  -- the group of the letter when it was frozen: by this one tells whether it died again of the same cause
  group_id     text        not null,
  business_key text,
  state        text        not null default 'planned',
  -- nothing of its key goes first
  ready        boolean     not null default false,
  why          text,
  round        integer,
  sent_at      timestamptz,
  decided_at   timestamptz,

  constraint operation_item_pkey primary key (operation_id, position),
  constraint operation_item_state_known check (state in
    ('planned', 'pending', 'sent', 'resolved', 'failed_same', 'failed_new', 'already_in_sap', 'skipped')),
  constraint operation_item_of_message check (message_id is not null or state = 'skipped'),
  constraint operation_item_sent_in_round check ((sent_at is null) = (round is null)),
  constraint operation_item_sent_before_outcome check (state in ('planned', 'pending', 'skipped') or sent_at is not null),
  constraint operation_item_decided check ((state in ('planned', 'pending', 'sent')) = (decided_at is null)),
  constraint operation_item_skipped_with_reason check (state <> 'skipped' or why is not null)
) with (fillfactor = 70);

-- A letter belongs to one live operation at most, whatever the code does; a plan is none yet.
create unique index operation_item_of_one_live_operation on erpsync.operation_item (letter_id)
 where state in ('pending', 'sent');
create index operation_item_next on erpsync.operation_item (operation_id, position) where state = 'pending' and ready;
create index operation_item_in_flight on erpsync.operation_item (operation_id, position) where state = 'sent';
create index operation_item_behind_others on erpsync.operation_item (operation_id, flow, business_key, position)
 where state = 'pending' and not ready;

create function erpsync.count_operation_items() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update erpsync.operation o
       set letters = o.letters + i.letters,
           pending = o.pending + i.pending,
           skipped = o.skipped + i.letters - i.pending
      from (select operation_id, count(*) as letters, count(*) filter (where state = 'planned') as pending
              from inserted
             group by operation_id) i
     where o.id = i.operation_id;
  else
    update erpsync.operation o
       set pending        = o.pending        + i.pending,
           sent           = o.sent           + i.sent,
           resolved       = o.resolved       + i.resolved,
           failed_same    = o.failed_same    + i.failed_same,
           failed_new     = o.failed_new     + i.failed_new,
           already_in_sap = o.already_in_sap + i.already_in_sap,
           skipped        = o.skipped        + i.skipped
      from (select operation_id,
                   coalesce(sum(n) filter (where state in ('planned', 'pending')), 0) as pending,
                   coalesce(sum(n) filter (where state = 'sent'), 0)                  as sent,
                   coalesce(sum(n) filter (where state = 'resolved'), 0)              as resolved,
                   coalesce(sum(n) filter (where state = 'failed_same'), 0)           as failed_same,
                   coalesce(sum(n) filter (where state = 'failed_new'), 0)            as failed_new,
                   coalesce(sum(n) filter (where state = 'already_in_sap'), 0)        as already_in_sap,
                   coalesce(sum(n) filter (where state = 'skipped'), 0)               as skipped
              from (select operation_id, state, 1 as n from updated
                     union all
                    select operation_id, state, -1 from outdated) changes
             group by operation_id) i
     where o.id = i.operation_id
       and (i.pending, i.sent, i.resolved, i.failed_same, i.failed_new, i.already_in_sap, i.skipped)
           <> (0, 0, 0, 0, 0, 0, 0);
  end if;
  return null;
end
$$;

create trigger count_inserted_items
 after insert on erpsync.operation_item
referencing new table as inserted
   for each statement
execute function erpsync.count_operation_items();

create trigger count_updated_items
 after update on erpsync.operation_item
referencing new table as updated old table as outdated
   for each statement
execute function erpsync.count_operation_items();
