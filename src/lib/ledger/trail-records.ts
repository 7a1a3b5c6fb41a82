import type {Queryable} from '#lib/db/database.js'

/** One entry of the operators' trail. */
export interface TrailRecord {
  readonly seq: number
  readonly at: Date
  readonly actor: string
  readonly host: string
  readonly command: string
  readonly action: string
  readonly operationId: string | null
  readonly flow: string | null
  readonly messageId: string | null
  readonly letterId: string | null
  readonly groupId: string | null
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly reason: string
  readonly ticket: string | null
  /** That of the entry before it; zeros for the first. */
  readonly prevHash: string
  /** SHA-256 of all of it but this. */
  readonly hash: string
}

export interface TrailFilter {
  /** Only entries at most this old. */
  readonly sinceMs: number | null
  readonly actor: string | null
  readonly action: string | null
  readonly flow: string | null
  readonly messageId: string | null
  readonly operationId: string | null
  /** Keyset: only entries before the one with this number. */
  readonly before: number | null
  readonly limit: number
}

/** Entries of the trail, newest first. */
export async function listTrail(database: Queryable, filter: TrailFilter): Promise<readonly TrailRecord[]> {
  const {rows} = await database.query<TrailRow>(
    `select ${trailColumns}
       from erpsync.trail t
      where ($1::float8 is null or at >= now() - $1 * interval '1 millisecond')
        and ($2::text is null or actor = $2)
        and ($3::text is null or action = $3)
        and ($4::text is null or flow = $4)
        and ($5::uuid is null or message_id = $5)
        and ($6::text is null or operation_id = $6)
        and ($7::bigint is null or seq < $7)
      order by seq desc
      limit $8`,
    [
      filter.sinceMs,
      filter.actor,
      filter.action,
      filter.flow,
      filter.messageId,
      filter.operationId,
      filter.before,
      filter.limit,
    ],
  )
  return rows.map(toRecord)
}

/** The entry of that number. */
export async function readTrailRecord(database: Queryable, seq: number): Promise<TrailRecord | undefined> {
  const {rows} = await database.query<TrailRow>(`select ${trailColumns} from erpsync.trail t where seq = $1`, [seq])
  return rows[0] && toRecord(rows[0])
}

/** An entry, and the text that its hash is made of. */
export type TextedRecord = TrailRecord & {readonly text: string}

/** Entries after the one of that number, oldest first, a page at a time. */
export async function readTrailPage(
  database: Queryable,
  {after, limit}: {readonly after: number; readonly limit: number},
): Promise<readonly TextedRecord[]> {
  const {rows} = await database.query<TrailRow & {text: string}>(
    `select ${trailColumns}, erpsync.trail_text(t) as text
       from erpsync.trail t
      where seq > $1
      order by seq
      limit $2`,
    [after, limit],
  )
  return rows.map((row) => ({...toRecord(row), text: row.text}))
}

const trailColumns = `seq, at, actor, host, command, action, operation_id, flow, message_id, letter_id, group_id,
            before, after, reason, ticket, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash`

interface TrailRow {
  readonly seq: string
  readonly at: Date
  readonly actor: string
  readonly host: string
  readonly command: string
  readonly action: string
  readonly operation_id: string | null
  readonly flow: string | null
  readonly message_id: string | null
  readonly letter_id: string | null
  readonly group_id: string | null
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly reason: string
  readonly ticket: string | null
  readonly prev_hash: string
  readonly hash: string
}

function toRecord(row: TrailRow): TrailRecord {
  return {
    seq: Number(row.seq),
    at: row.at,
    actor: row.actor,
    host: row.host,
    command: row.command,
    action: row.action,
    operationId: row.operation_id,
    flow: row.flow,
    messageId: row.message_id,
    letterId: row.letter_id,
    groupId: row.group_id,
    before: row.before,
    after: row.after,
    reason: row.reason,
    ticket: row.ticket,
    prevHash: row.prev_hash,
    hash: row.hash,
  }
}
