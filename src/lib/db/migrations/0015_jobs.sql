-- Jobs: commands that cron or a timer starts under a name, and how each of their runs ended.

create table erpsync.job (
  name         text        primary key,
  created_at   timestamptz not null default now(),

  constraint job_name_known check (name ~ '^[a-z0-9-]{1,64}$')
);

create table erpsync.job_run (
  id          text        primary key,
  seq         bigint      not null generated always as identity unique,
  job         text        not null references erpsync.job,
  started_at  timestamptz not null default now(),
  started_by  text        not null,
  host        text        not null,
  pid         integer     not null,
  -- what was typed, secrets masked
  command     text        not null,
  -- null while it is under way, or was broken off and nobody has noticed
  outcome     text,
  finished_at timestamptz,
  exit_code   integer,
  -- the push run or resync that it was about
  run_id      text,
  -- what was counted, by name
  counts      jsonb,
  why         text,

  constraint job_run_id_known check (id ~ '^J-[A-Z2-7]{7}$'),
  constraint job_run_outcome_known check
    (outcome in ('succeeded', 'failed', 'stopped', 'timed_out', 'locked_out', 'broken_off')),
  -- when something ended that ended without a word, nobody knows
  constraint job_run_finished_when_over check
    ((finished_at is null) = (outcome is null or outcome = 'broken_off') and (exit_code is null) = (finished_at is null)),
  constraint job_run_ok_when_succeeded check (outcome <> 'succeeded' or exit_code = 0),
  constraint job_run_explained check (outcome is null or outcome = 'succeeded' or why is not null)
);

create index job_run_of_job on erpsync.job_run (job, seq desc);
create index job_run_succeeded on erpsync.job_run (job, seq desc) where outcome = 'succeeded';
