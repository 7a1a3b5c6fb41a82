import type {Transaction} from '#lib/db/database.js'
import type {LetterCondition} from '#lib/deadletters/query/to-sql.js'
import type {LetterLine} from './format.js'

/** A page of letters with all that belongs to them, oldest first, and where the next one begins; null at the end. */
export interface LetterPage {
  readonly lines: readonly LetterLine[]
  readonly next: string | null
}

/** How many letters of each flow meet a condition. */
export async function countByFlow(
  tx: Transaction,
  {where, values}: LetterCondition,
): Promise<ReadonlyMap<string, number>> {
  const {rows} = await tx.query<{flow: string; letters: number}>(
    `select l.flow, count(*)::integer as letters
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where ${where}
      group by l.flow`,
    values,
  )
  return new Map(rows.map(({flow, letters}) => [flow, letters]))
}

export async function readLetterPage(
  tx: Transaction,
  {where, values}: LetterCondition,
  {after, limit}: {readonly after: string; readonly limit: number},
): Promise<LetterPage> {
  const {rows} = await tx.query<LineRow>(
    `select l.seq, ${letterJson} as letter, ${messageJson} as message,
            coalesce((select jsonb_agg(${attemptJson} order by a.number)
                        from erpsync.attempt a where a.message_id = m.id), '[]') as attempts,
            coalesce((select jsonb_agg(${revisionJson} order by r.number)
                        from erpsync.payload_revision r where r.message_id = m.id), '[]') as revisions
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where (${where})
        and l.seq > $${values.length + 1}::bigint
      order by l.seq
      limit $${values.length + 2}`,
    [...values, after, limit],
  )
  const next = rows.length === limit ? (rows.at(-1)?.seq ?? null) : null
  return {lines: rows.map(({letter, message, attempts, revisions}) => ({letter, message, attempts, revisions})), next}
}

interface LineRow extends LetterLine {
  readonly seq: string
}

const moment = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const letterJson = `jsonb_build_object('id', l.id, 'flow', l.flow, 'attempt', l.attempt, 'class', l.class,
              'executed', l.executed, 'code', l.code, 'text', l.text, 'stage', l.stage, 'headers', l.headers,
              'diedAt', ${moment('l.died_at')}, 'state', l.state, 'tags', l.tags,
              'raw', replace(encode(l.raw, 'base64'), E'\\n', ''))`

const messageJson = `case when m.id is not null then jsonb_build_object('id', m.id, 'key', m.business_key,
              'version', m.version, 'idempotencyKey', m.idempotency_key, 'reference', m.reference, 'intent', m.intent,
              'state', m.state,
              'payload', m.payload, 'revision', m.revision, 'attempts', m.attempts, 'strikes', m.strikes,
              'resends', m.resends, 'acceptedAt', ${moment('m.accepted_at')}, 'claimedAt', ${moment('m.claimed_at')}) end`

const attemptJson = `jsonb_build_object('number', a.number, 'lane', a.lane, 'worker', a.worker,
              'startedAt', ${moment('a.started_at')}, 'endedAt', ${moment('a.ended_at')}, 'outcome', a.outcome,
              'class', a.class, 'executed', a.executed, 'code', a.code, 'text', a.text, 'stage', a.stage,
              'answer', a.answer, 'probedAt', ${moment('a.probed_at')}, 'probe', a.probe)`

const revisionJson = `jsonb_build_object('number', r.number, 'payload', r.payload, 'madeAt', ${moment('r.made_at')},
              'madeBy', r.made_by, 'host', r.host, 'reason', r.reason, 'operationId', r.operation_id, 'patch', r.patch)`
