/** Who gets rights on the table; null for nobody but its owner. */
export interface Grants {
  /** The role of the application, which fills it. */
  readonly insert: string | null
  /** The role of erpsync, which takes from it. */
  readonly take: string | null
}

/** What this release makes of the table; the table's comment says which it is. */
export const inboxVersion = 1

/** The table's comment, by which its version is known. */
export function inboxComment(version: number): string {
  return `${commentStart}${version}`
}

/** The version that a comment tells; undefined for a comment of somebody else. */
export function versionOf(comment: string | null): number | undefined {
  const digits = comment?.startsWith(commentStart) === true ? comment.slice(commentStart.length) : ''
  return /^\d+$/.test(digits) ? Number(digits) : undefined
}

/** Makes the table, or brings an older one up to this release: whatever is there already stays as it is. */
export function tableSql(): string {
  return `create table if not exists public.erpsync_inbox (
  id          uuid        not null default gen_random_uuid(),
  seq         bigint      not null generated always as identity,
  flow        text        not null,
  document    jsonb       not null,
  inserted_at timestamptz not null default now(),
  -- from here on filled by erpsync
  taken_at    timestamptz,
  outcome     text,
  message_id  uuid,
  problems    jsonb,

  constraint erpsync_inbox_pkey primary key (id),
  constraint erpsync_inbox_seq_unique unique (seq),
  constraint erpsync_inbox_outcome_known check (outcome in ('accepted', 'duplicate', 'refused')),
  constraint erpsync_inbox_taken_with_outcome check ((taken_at is null) = (outcome is null)),
  constraint erpsync_inbox_message_named check ((message_id is not null) = coalesce(outcome in ('accepted', 'duplicate'), false)),
  constraint erpsync_inbox_refusal_explained check ((problems is not null) = coalesce(outcome = 'refused', false))
);

create index if not exists erpsync_inbox_waiting on public.erpsync_inbox (seq) where taken_at is null;
create index if not exists erpsync_inbox_refused on public.erpsync_inbox (seq) where outcome = 'refused';
create index if not exists erpsync_inbox_taken on public.erpsync_inbox (taken_at) where outcome <> 'refused';

create or replace function public.erpsync_inbox_notify() returns trigger
language plpgsql as $$
begin
  perform pg_notify('${inboxChannel}', '');
  return null;
end
$$;

drop trigger if exists erpsync_inbox_filled on public.erpsync_inbox;
create trigger erpsync_inbox_filled after insert on public.erpsync_inbox
  for each statement execute function public.erpsync_inbox_notify();

comment on table public.erpsync_inbox is '${inboxComment(inboxVersion)}';
`
}

/** An application may add rows and see what became of them; erpsync may mark and remove them, and nothing else. */
export function grantsSql({insert, take}: Grants): string {
  return [
    ...(insert === null
      ? []
      : [
          `grant insert (id, flow, document) on public.erpsync_inbox to ${quoted(insert)};\n`,
          `grant select (id, seq, flow, inserted_at, taken_at, outcome, message_id, problems) on public.erpsync_inbox to ${quoted(insert)};\n`,
        ]),
    ...(take === null
      ? []
      : [
          `grant select, delete on public.erpsync_inbox to ${quoted(take)};\n`,
          `grant update (taken_at, outcome, message_id, problems) on public.erpsync_inbox to ${quoted(take)};\n`,
        ]),
  ].join('')
}

/** All of it, for somebody who has the rights that erpsync has not. It may be run again. */
export function installScript(grants: Grants): string {
  return `begin;\n\n${[tableSql(), grantsSql(grants)].filter((part) => part !== '').join('\n')}\ncommit;\n`
}

function quoted(role: string): string {
  return `"${role.replaceAll('"', '""')}"`
}

/** Rung whenever there is something to take. */
export const inboxChannel = 'erpsync_inbox'

const commentStart = 'erpsync inbox, version '
