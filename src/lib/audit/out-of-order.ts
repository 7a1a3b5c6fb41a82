import type {Queryable} from '#lib/db/database.js'
import type {Discrepancy} from './report.js'

/** Messages of ordered flows whose call began when a newer version of their key was in SAP already. */
export async function findOutOfOrder(
  database: Queryable,
  flows: readonly string[],
  sinceMs: number | null,
): Promise<readonly Discrepancy[]> {
  const {rows} = await database.query<OvertakenRow>(
    `select m.id, m.flow, m.business_key, m.version, m.claimed_at,
            newer.id as newer_id, newer.version as newer_version, newer.finished_at as newer_finished_at
       from erpsync.message m
       join lateral (select id, version, finished_at
                       from erpsync.message n
                      where n.flow = m.flow
                        and n.business_key = m.business_key
                        and n.ordering <> 'none'
                        and n.state = 'synced'
                        and n.finished_at < m.claimed_at
                        and (coalesce(n.version_rank, ''), n.seq) > (coalesce(m.version_rank, ''), m.seq)
                      order by n.finished_at
                      limit 1) newer on true
      where m.flow = any ($1)
        and m.ordering <> 'none'
        and m.state = 'synced'
        and ($2::float8 is null or m.accepted_at >= now() - $2 * interval '1 millisecond')
      order by m.seq`,
    [flows, sinceMs],
  )
  return rows.map((row) => ({
    kind: 'out_of_order',
    flow: row.flow,
    messageId: row.id,
    key: row.business_key,
    detail: `${versioned(row.version)} was sent ${row.claimed_at.toISOString()}, after ${versioned(row.newer_version)} (message ${row.newer_id}) was in SAP ${row.newer_finished_at.toISOString()}`,
    repair: null,
  }))
}

interface OvertakenRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly version: string | null
  readonly claimed_at: Date
  readonly newer_id: string
  readonly newer_version: string | null
  readonly newer_finished_at: Date
}

function versioned(version: string | null): string {
  return version === null ? 'it' : `version ${version}`
}
