-- Sources: how far each flow's query is read, and the rows that were read and did not go in.

create table erpsync.source_watermark (
  flow        text        primary key,
  -- a query that is read by another column is read from its beginning
  column_name text        not null,
  kind        text        not null,
  -- everything up to here is accepted or stands in source_refusal: a time in UTC with microseconds, or a whole number
  watermark   text,
  -- of numbers: the greatest one seen, and when; it counts once every transaction that ran then is over
  seen        text,
  seen_at     timestamptz,
  moved_at    timestamptz not null default now(),

  constraint source_watermark_kind_known check (kind in ('time', 'number')),
  constraint source_watermark_form check (
    case kind
      when 'time' then watermark ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$' and seen is null
      else watermark ~ '^-?\d+$' and seen ~ '^-?\d+$'
    end),
  constraint source_watermark_seen_with_time check ((seen is null) = (seen_at is null))
);

-- Keys whose row was refused. The watermark passes them, so every run reads them again until they go in or are gone.
create table erpsync.source_refusal (
  flow         text        not null,
  business_key text        not null,
  -- [{field, message}], of the last time
  problems     jsonb       not null,
  first_at     timestamptz not null default now(),
  last_at      timestamptz not null default now(),

  constraint source_refusal_pkey primary key (flow, business_key)
);

-- Nobody goes on with a run of a source: the next one begins at the watermark. So it is over however it ended.
alter table erpsync.push_run
   drop constraint push_run_finished_when_over,
    add constraint push_run_finished_when_over check (
      case when state in ('stopped', 'failed') and inputs = 'source' then finished_at is not null
           else (state = 'finished') = (finished_at is not null) end);

-- A resync may go by the source. Then a key may have no message yet.
alter table erpsync.resync_run
  add column internal text not null default 'ledger',
  add constraint resync_run_internal_known check (internal in ('ledger', 'source'));
alter table erpsync.resync_item alter column planned_from drop not null;
