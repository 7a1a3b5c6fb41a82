-- Runs of a resync: what each sends, frozen before it begins, and what became of every key of it.

create table erpsync.resync_run (
  id               text        primary key,
  seq              bigint      not null generated always as identity unique,
  flow             text        not null,
  state            text        not null,
  -- what was compared, in words, and the checksum of the plan
  selection        text        not null,
  plan_sha256      text,
  guards           jsonb       not null default '{}',
  -- when it may send, as times of the wall clock; null for always
  send_window      text,
  created_at       timestamptz not null default now(),
  created_by       text        not null,
  host             text        not null,
  reason           text        not null,
  ticket           text,
  -- nothing more will be sent
  finished_at      timestamptz,
  -- who changed its state last, and why it does not go on
  changed_by       text        not null,
  why              text,
  -- the process that carries it out; once the lease has run out, another may
  lease_owner      text,
  lease_until      timestamptz,
  -- begins anew after every stop, with a canary of its own
  round            integer     not null default 1,
  round_sent       integer     not null default 0,
  round_ok         integer     not null default 0,
  round_failed     integer     not null default 0,
  canary_passed_at timestamptz,
  -- keys by the state of their item, kept by a trigger
  items            integer     not null default 0,
  pending          integer     not null default 0,
  sent             integer     not null default 0,
  resolved         integer     not null default 0,
  failed           integer     not null default 0,
  skipped          integer     not null default 0,

  constraint resync_run_id_known check (id ~ '^S-[A-Z2-7]{7}$'),
  constraint resync_run_state_known check (state in ('running', 'paused', 'stopped', 'finished', 'cancelled')),
  constraint resync_run_reason_given check (reason <> ''),
  constraint resync_run_ticket_named check (ticket <> ''),
  constraint resync_run_finished_when_over check ((state in ('finished', 'cancelled')) = (finished_at is not null)),
  constraint resync_run_halted_with_reason check (state not in ('paused', 'stopped', 'cancelled') or why is not null),
  constraint resync_run_leased_while_running check (state = 'running' or lease_owner is null),
  constraint resync_run_leased_until check ((lease_owner is null) = (lease_until is null)),
  constraint resync_run_rounds_counted check (round >= 1 and least(round_sent, round_ok, round_failed) >= 0),
  constraint resync_run_counted check
    (least(pending, sent, resolved, failed, skipped) >= 0
     and items = pending + sent + resolved + failed + skipped),
  constraint resync_run_decided_when_finished check (state <> 'finished' or (pending = 0 and sent = 0))
);

create index resync_run_under_way on erpsync.resync_run (seq) where sent > 0;

-- One key of a run.
create table erpsync.resync_item (
  run_id        text        not null references erpsync.resync_run on delete cascade,
  -- the order in which they are sent
  position      integer     not null,
  flow          text        not null,
  business_key  text        not null,
  class         text        not null,
  -- where the ledger stood: the newest message of the key, and the document that SAP should hold
  planned_from  uuid        not null,
  payload_hash  bytea       not null,
  state         text        not null default 'pending',
  -- the message that brings SAP back
  message_id    uuid,
  why           text,
  round         integer,
  sent_at       timestamptz,
  decided_at    timestamptz,

  constraint resync_item_pkey primary key (run_id, position),
  constraint resync_item_class_known check (class in ('missing', 'stale', 'mismatch')),
  constraint resync_item_state_known check (state in ('pending', 'sent', 'resolved', 'failed', 'skipped')),
  constraint resync_item_sent_as_message check ((sent_at is null) = (message_id is null) and (sent_at is null) = (round is null)),
  constraint resync_item_sent_before_outcome check (state in ('pending', 'skipped') or sent_at is not null),
  constraint resync_item_decided check ((state in ('pending', 'sent')) = (decided_at is null)),
  constraint resync_item_explained check (state not in ('failed', 'skipped') or why is not null)
) with (fillfactor = 70);

-- A key belongs to one live run at most, whatever the code does.
create unique index resync_item_of_one_live_run on erpsync.resync_item (flow, business_key)
 where state in ('pending', 'sent');
create index resync_item_next on erpsync.resync_item (run_id, position) where state = 'pending';
create index resync_item_in_flight on erpsync.resync_item (run_id, position) where state = 'sent';

create function erpsync.count_resync_items() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update erpsync.resync_run r
       set items = r.items + i.items, pending = r.pending + i.items
      from (select run_id, count(*) as items from inserted group by run_id) i
     where r.id = i.run_id;
  else
    update erpsync.resync_run r
       set pending  = r.pending  + i.pending,
           sent     = r.sent     + i.sent,
           resolved = r.resolved + i.resolved,
           failed   = r.failed   + i.failed,
           skipped  = r.skipped  + i.skipped
      from (select run_id,
                   coalesce(sum(n) filter (where state = 'pending'), 0)  as pending,
                   coalesce(sum(n) filter (where state = 'sent'), 0)     as sent,
                   coalesce(sum(n) filter (where state = 'resolved'), 0) as resolved,
                   coalesce(sum(n) filter (where state = 'failed'), 0)   as failed,
                   coalesce(sum(n) filter (where state = 'skipped'), 0)  as skipped
              from (select run_id, state, 1 as n from updated
                     union all
                    select run_id, state, -1 from outdated) changes
             group by run_id) i
     where r.id = i.run_id
       and (i.pending, i.sent, i.resolved, i.failed, i.skipped) <> (0, 0, 0, 0, 0);
  end if;
  return null;
end
$$;

create trigger count_inserted_resync_items
 after insert on erpsync.resync_item
referencing new table as inserted
   for each statement
execute function erpsync.count_resync_items();

create trigger count_updated_resync_items
 after update on erpsync.resync_item
referencing new table as updated old table as outdated
   for each statement
execute function erpsync.count_resync_items();
