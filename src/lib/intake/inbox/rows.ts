import type {Queryable, Transaction} from '#lib/db/database.js'
import {toJsonb} from '#lib/db/jsonb.js'
import type {Problem} from '#lib/intake/door.js'

/** A row that waits to be taken. */
export interface InboxRow {
  readonly id: string
  readonly flow: string
  readonly document: unknown
}

/** What became of a row. */
export type Mark =
  | {readonly id: string; readonly outcome: 'accepted' | 'duplicate'; readonly messageId: string}
  | {readonly id: string; readonly outcome: 'refused'; readonly problems: readonly Problem[]}

/**
 * Locks the rows that have waited longest until the transaction ends: no more
 * than so many, nor (but for the first) than 16 MiB of documents as they are
 * stored. A row that somebody else is writing to is passed over.
 */
export async function lockWaiting(tx: Transaction, most: number): Promise<readonly InboxRow[]> {
  const {rows} = await tx.query<{id: string; flow: string; document: unknown}>(
    `with waiting as (
       select id, seq, flow, document
         from public.erpsync_inbox
        where taken_at is null
        order by seq
        limit $1
          for update skip locked
     ),
     counted as (
       select id, seq, flow, document, sum(pg_column_size(document)) over (order by seq) - pg_column_size(document) as before
         from waiting
     )
     select id, flow, document
       from counted
      where before < $2
      order by seq`,
    [most, mostBytes],
  )
  return rows
}

/** Writes beside rows what became of them. */
export async function markRows(tx: Transaction, marks: readonly Mark[]): Promise<void> {
  await tx.query(
    `update public.erpsync_inbox i
        set taken_at = now(), outcome = m.outcome, message_id = m.message_id, problems = m.problems
       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]::jsonb[]) as m (id, outcome, message_id, problems)
      where i.id = m.id`,
    [
      marks.map(({id}) => id),
      marks.map(({outcome}) => outcome),
      marks.map((mark) => (mark.outcome === 'refused' ? null : mark.messageId)),
      marks.map((mark) => (mark.outcome === 'refused' ? toJsonb(mark.problems) : null)),
    ],
  )
}

/** Removes some rows that were taken long enough ago; those that were refused stay. @returns how many. */
export async function pruneTaken(inbox: Queryable, keepMs: number): Promise<number> {
  const {rowCount} = await inbox.query(
    `delete from public.erpsync_inbox
      where id in (select id
                     from public.erpsync_inbox
                    where outcome <> 'refused'
                      and taken_at < now() - $1 * interval '1 ms'
                    order by taken_at
                    limit $2)`,
    [keepMs, pruneStep],
  )
  return rowCount ?? 0
}

/** Rows that one step of pruning removes at most. */
export const pruneStep = 1000

const mostBytes = 16 * 1024 * 1024
