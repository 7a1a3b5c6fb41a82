-- Repair: what is in a message may be corrected while it is dead, and every revision is kept; letters may be set aside.

alter table erpsync.message
  -- number of the revision that `payload` holds; 0: as it was accepted
  add column revision integer not null default 0,
  add constraint message_revision_counted check (revision >= 0);

-- Every revision of a payload that was corrected, from the first (0, as it was accepted) to the one in `message`.
create table erpsync.payload_revision (
  message_id   uuid        not null references erpsync.message,
  number       integer     not null,
  payload      jsonb       not null,
  payload_hash bytea       not null,
  made_at      timestamptz not null default now(),
  -- null for the first: the producer made it
  made_by      text,
  host         text,
  reason       text,
  operation_id text,
  -- what was changed since the revision before, as JSON Patch (RFC 6902)
  patch        jsonb,

  constraint payload_revision_pkey primary key (message_id, number),
  constraint payload_revision_counted check (number >= 0),
  constraint payload_revision_made_by_someone check
    ((number = 0) = (made_by is null) and (number = 0) = (host is null) and (number = 0) = (reason is null)
     and (number = 0) = (patch is null) and (number > 0 or operation_id is null)),
  constraint payload_revision_reason_given check (reason <> '')
);

alter table erpsync.dead_letter
  add column discard_code   text,
  add column discarded_at   timestamptz,
  add column discarded_by   text,
  add column discard_reason text,
  drop constraint dead_letter_state_known,
  add constraint dead_letter_state_known check (state in ('open', 'replayed', 'resolved', 'died_again', 'discarded')),
  drop constraint dead_letter_decided_when_over,
  add constraint dead_letter_decided_when_over check
    ((state in ('resolved', 'died_again', 'discarded')) = (decided_at is not null)),
  add constraint dead_letter_discard_code_known check
    (discard_code in ('duplicate', 'obsolete', 'handled-in-sap', 'test')),
  add constraint dead_letter_discarded_by_someone check
    ((state = 'discarded') = (discard_code is not null) and (state = 'discarded') = (discarded_at is not null)
     and (state = 'discarded') = (discarded_by is not null) and (state = 'discarded') = (discard_reason is not null)),
  add constraint dead_letter_discard_reason_given check (discard_reason <> '');

-- what retention may take: only what is over, the oldest first
create index dead_letter_decided on erpsync.dead_letter (decided_at) where decided_at is not null;
create index message_finished on erpsync.message (finished_at) where finished_at is not null;
