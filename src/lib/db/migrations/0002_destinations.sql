-- Care for SAP, shared by the workers of all hosts: the breaker of each destination, pauses made by people,
-- and how the slots of a destination are shared out.

create table erpsync.destination (
  name           text        primary key,
  breaker        text        not null default 'closed',
  -- calls in a row, of any worker, that found the destination away
  failures       integer     not null default 0,
  last_failed_at timestamptz,
  last_failure   text,
  opened_at      timestamptz,
  -- while open: when one message may try again
  probe_at       timestamptz,
  -- while half open: who tries, and until when nobody else may
  probe_owner    text,
  probe_until    timestamptz,
  -- the concurrency found by observation; null until it was first adapted
  adaptive_limit integer,
  adapted_at     timestamptz,

  constraint destination_breaker_known check (breaker in ('closed', 'open', 'half_open')),
  constraint destination_failures_counted check (failures >= 0 and (breaker = 'closed' or failures > 0)),
  constraint destination_failed_with_reason check
    ((failures > 0) = (last_failed_at is not null) and (failures > 0) = (last_failure is not null)),
  constraint destination_opened_unless_closed check ((breaker = 'closed') = (opened_at is null)),
  constraint destination_probe_due_if_open check ((breaker = 'open') = (probe_at is not null)),
  constraint destination_probed_by_one_if_half_open check
    ((breaker = 'half_open') = (probe_owner is not null) and (breaker = 'half_open') = (probe_until is not null)),
  constraint destination_adapted_once_or_more check ((adaptive_limit is null) = (adapted_at is null)),
  constraint destination_adaptive_limit_positive check (adaptive_limit > 0)
);

create table erpsync.pause (
  scope        text        not null,
  name         text        not null,
  paused_at    timestamptz not null default now(),
  -- null: until somebody resumes it
  paused_until timestamptz,
  paused_by    text        not null,
  reason       text        not null,

  constraint pause_pkey primary key (scope, name),
  constraint pause_scope_known check (scope in ('destination', 'flow')),
  constraint pause_ends_not_before_it_begins check (paused_until >= paused_at)
);

-- One row for each worker process and destination: its lease on a share of the slots.
create table erpsync.worker_share (
  destination text        not null references erpsync.destination,
  worker      text        not null,
  -- calls under way and waiting, as the worker last told
  in_use      integer     not null,
  demand      integer     not null,
  -- slots the worker may use until the lease expires
  granted     integer     not null,
  expires_at  timestamptz not null,

  constraint worker_share_pkey primary key (destination, worker),
  constraint worker_share_demands_what_it_uses check (in_use >= 0 and demand >= in_use),
  constraint worker_share_granted_not_negative check (granted >= 0)
);
