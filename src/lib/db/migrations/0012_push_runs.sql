-- Push runs: what each is about, how far it has come, and the lines that did not become messages.

create table erpsync.push_run (
  id            text        primary key,
  seq           bigint      not null generated always as identity unique,
  flow          text        not null,
  state         text        not null default 'running',
  -- the same for the same files with the same content; null for what cannot be read a second time
  inputs        text,
  started_at    timestamptz not null default now(),
  started_by    text        not null,
  host          text        not null,
  -- when it last went on: it may be broken off and begun again many times
  resumed_at    timestamptz,
  finished_at   timestamptz,
  -- why it did not come to its end
  why           text,
  read          bigint      not null default 0,
  accepted      bigint      not null default 0,
  duplicate     bigint      not null default 0,
  rejected      bigint      not null default 0,
  -- the messages it has brought lie behind the first and up to the second message.seq, among others
  after_seq     bigint      not null,
  until_seq     bigint      not null,
  -- where the rejected lines are, and how many bytes of that file belong to what is committed
  rejects_file  text,
  rejects_bytes bigint      not null default 0,

  constraint push_run_id_known check (id ~ '^P-[A-Z2-7]{7}$'),
  constraint push_run_state_known check (state in ('running', 'stopped', 'failed', 'finished')),
  constraint push_run_finished_when_over check ((state = 'finished') = (finished_at is not null)),
  constraint push_run_halted_with_reason check ((state in ('stopped', 'failed')) = (why is not null)),
  constraint push_run_counted check (read = accepted + duplicate + rejected and least(accepted, duplicate, rejected) >= 0),
  constraint push_run_range check (until_seq >= after_seq)
);

create index push_run_unfinished on erpsync.push_run (flow, inputs) where state <> 'finished';

-- How far each file of a run is read; moved in the transaction that accepts what was read.
create table erpsync.push_file (
  run_id     text    not null references erpsync.push_run on delete cascade,
  number     integer not null,
  name       text    not null,
  line       integer not null default 0,
  end_offset bigint  not null default 0,
  is_done    boolean not null default false,

  constraint push_file_pkey primary key (run_id, number)
);

-- Lines that were read and became no message, and why. What was in them is not kept.
create table erpsync.push_line (
  run_id     text    not null references erpsync.push_run on delete cascade,
  file       integer not null,
  line       integer not null,
  outcome    text    not null,
  -- the message that was there already
  message_id uuid,
  -- [{field, message}]
  problems   jsonb,

  constraint push_line_pkey primary key (run_id, file, line),
  constraint push_line_outcome_known check (outcome in ('duplicate', 'rejected')),
  constraint push_line_explained check ((outcome = 'duplicate') = (message_id is not null) and (outcome = 'rejected') = (problems is not null))
);
