import type {Database, Queryable} from '#lib/db/database.js'
import type {Problem} from '#lib/intake/door.js'
import {inboxChannel} from './table-sql.js'

/** A row that was refused, and why. What is in it stays where it is. */
export interface RefusedRow {
  readonly id: string
  readonly flow: string
  readonly insertedAt: Date
  readonly refusedAt: Date
  readonly problems: readonly Problem[]
}

interface Selection {
  /** Null for all. */
  readonly ids: readonly string[] | null
  readonly flow: string | null
}

/** Refused rows in the order they were inserted. */
export async function listRefused(
  inbox: Queryable,
  {flow, limit}: {readonly flow: string | null; readonly limit: number},
): Promise<readonly RefusedRow[]> {
  const {rows} = await inbox.query<RefusedTuple & Record<string, unknown>>(
    `select id, flow, inserted_at, taken_at, problems
       from public.erpsync_inbox
      where outcome = 'refused'
        and ($1::text is null or flow = $1)
      order by seq
      limit $2`,
    [flow, limit],
  )
  return rows.map((row) => ({
    id: row.id,
    flow: row.flow,
    insertedAt: row.inserted_at,
    refusedAt: row.taken_at,
    problems: row.problems,
  }))
}

/** Has refused rows wait again, in their old places. @returns the ids of those that do. */
export async function putBack(inbox: Database, {ids, flow}: Selection): Promise<readonly string[]> {
  return inbox.transaction(async (tx) => {
    const {rows} = await tx.query<{id: string}>(
      `update public.erpsync_inbox
          set taken_at = null, outcome = null, problems = null
        where outcome = 'refused'
          and ($1::uuid[] is null or id = any ($1))
          and ($2::text is null or flow = $2)
       returning id`,
      [ids, flow],
    )
    await tx.query(`select pg_notify($1, '')`, [inboxChannel])
    return rows.map(({id}) => id)
  })
}

interface RefusedTuple {
  readonly id: string
  readonly flow: string
  readonly inserted_at: Date
  readonly taken_at: Date
  readonly problems: readonly Problem[]
}
