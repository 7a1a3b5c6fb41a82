-- The ledger: every message and every attempt, the outbox, and the archive of dead letters.
-- State is tied to its columns by named constraints: a row that breaks a promise cannot be written.

create table erpsync.message (
  id              uuid        primary key,
  -- order of acceptance; the keyset of every listing
  seq             bigint      not null generated always as identity unique,
  flow            text        not null,
  business_key    text        not null,
  version         text,
  idempotency_key text        not null,
  -- what SAP is asked for when a create is in doubt; upserts are found by their key instead
  reference       text,
  payload         jsonb       not null,
  payload_hash    bytea       not null,
  state           text        not null default 'accepted',
  -- calls begun so far; also the number of the newest attempt
  attempts        integer     not null default 0,
  -- failed attempts that count against the retry policy since the last replay
  strikes         integer     not null default 0,
  -- times a call in doubt was sent again after SAP did not know it; at most one between replays
  resends         integer     not null default 0,
  accepted_at     timestamptz not null default now(),
  claimed_at      timestamptz,
  retry_at        timestamptz,
  probe_after     timestamptz,
  finished_at     timestamptz,
  erp_document    text,

  constraint message_identity unique (flow, idempotency_key),
  constraint message_reference unique (flow, reference),
  constraint message_state_known check (state in
    ('accepted', 'queued', 'in_flight', 'synced', 'held', 'retry_wait', 'in_doubt', 'dead', 'superseded', 'discarded')),
  constraint message_called_if_claimed check (state not in ('in_flight', 'in_doubt') or (attempts > 0 and claimed_at is not null)),
  constraint message_waits_until check ((state = 'retry_wait') = (retry_at is not null)),
  constraint message_doubted_until check ((state = 'in_doubt') = (probe_after is not null)),
  constraint message_finished_if_terminal check ((state in ('synced', 'superseded', 'discarded')) = (finished_at is not null)),
  constraint message_document_if_synced check (erp_document is null or state = 'synced')
);

create index message_by_key on erpsync.message (flow, business_key, seq desc);
-- oldest age per flow, and what a queue list counts: only what is still under way
create index message_under_way on erpsync.message (flow, state, accepted_at)
 where state in ('accepted', 'queued', 'in_flight', 'held', 'retry_wait', 'in_doubt');

create table erpsync.attempt (
  message_id uuid        not null references erpsync.message,
  number     integer     not null,
  lane       text        not null,
  worker     text        not null,
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  outcome    text,
  class      text,
  executed   text,
  code       text,
  text       text,
  stage      text,
  answer     jsonb,
  -- the latest look-up of a call in doubt
  probed_at  timestamptz,
  probe      text,

  constraint attempt_pkey primary key (message_id, number),
  constraint attempt_lane_known check (lane in ('work', 'retry', 'replay')),
  constraint attempt_outcome_known check (outcome in ('synced', 'retry', 'postponed', 'in_doubt', 'dead')),
  constraint attempt_ended_with_outcome check ((ended_at is null) = (outcome is null)),
  constraint attempt_failed_with_failure check
    ((outcome is null or outcome = 'synced') or (class is not null and executed is not null and code is not null)),
  constraint attempt_probe_known check (probe in ('found', 'absent', 'several', 'failed')),
  constraint attempt_probed_with_result check ((probed_at is null) = (probe is null))
);

create table erpsync.outbox (
  id           bigint      primary key generated always as identity,
  message_id   uuid        not null references erpsync.message,
  lane         text        not null,
  -- the attempt that the published copy is for; a copy for an older one is stale
  attempt      integer     not null,
  due_at       timestamptz not null default now(),
  created_at   timestamptz not null default now(),
  published_at timestamptz,

  constraint outbox_lane_known check (lane in ('work', 'retry', 'replay')),
  constraint outbox_attempt_positive check (attempt > 0)
);

create index outbox_unpublished on erpsync.outbox (due_at, id) where published_at is null;
create index outbox_by_message on erpsync.outbox (message_id);

create table erpsync.dead_letter (
  id          uuid        primary key,
  seq         bigint      not null generated always as identity unique,
  flow        text        not null,
  -- null for what was refused before it became a message (published straight to the broker)
  message_id  uuid        references erpsync.message,
  attempt     integer     not null,
  class       text        not null,
  executed    text        not null,
  code        text        not null,
  text        text        not null,
  stage       text        not null,
  headers     jsonb       not null default '{}',
  raw         bytea,
  raw_hash    bytea,
  died_at     timestamptz not null,
  archived_at timestamptz not null default now(),
  state       text        not null default 'open',
  replayed_at timestamptz,
  replayed_by text,
  decided_at  timestamptz,

  constraint dead_letter_once unique (message_id, attempt),
  constraint dead_letter_refused_once unique (flow, raw_hash),
  constraint dead_letter_has_content check ((message_id is null) = (raw is not null) and (raw is null) = (raw_hash is null)),
  constraint dead_letter_state_known check (state in ('open', 'replayed', 'resolved', 'died_again')),
  constraint dead_letter_replayed_by_someone check
    ((state = 'open') = (replayed_at is null) and (replayed_at is null) = (replayed_by is null)),
  constraint dead_letter_decided_when_over check ((state in ('resolved', 'died_again')) = (decided_at is not null))
);

create index dead_letter_by_state on erpsync.dead_letter (state, seq desc);
create index dead_letter_by_flow on erpsync.dead_letter (flow, state, seq desc);
