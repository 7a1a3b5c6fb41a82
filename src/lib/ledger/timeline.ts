import type {Queryable} from '#lib/db/database.js'
import type {Intent} from '#lib/kernel/intent.js'
import type {MessageState} from '#lib/kernel/state.js'

/** One call of SAP, and what became of it. */
export interface AttemptRecord {
  readonly number: number
  readonly lane: string
  readonly worker: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly outcome: string | null
  readonly class: string | null
  readonly executed: string | null
  readonly code: string | null
  readonly text: string | null
  readonly answer: unknown
  readonly probedAt: Date | null
  readonly probe: string | null
}

/** A copy that was put on the broker, or is to be. */
export interface CopyRecord {
  readonly lane: string
  readonly attempt: number
  readonly dueAt: Date
  readonly publishedAt: Date | null
}

/** All the ledger knows of a message. */
export interface MessageRecord {
  readonly id: string
  readonly flow: string
  readonly key: string
  readonly version: string | null
  readonly idempotencyKey: string
  readonly reference: string | null
  readonly intent: Intent
  /** The message of a resync that goes by its reference now. */
  readonly repeatedBy: string | null
  readonly state: MessageState
  readonly acceptedAt: Date
  readonly retryAt: Date | null
  readonly probeAfter: Date | null
  readonly finishedAt: Date | null
  readonly document: string | null
  readonly payload: unknown
  readonly attempts: readonly AttemptRecord[]
  readonly copies: readonly CopyRecord[]
}

/** The message of that id, with its attempts and copies; undefined if there is none. */
export async function readMessage(database: Queryable, id: string): Promise<MessageRecord | undefined> {
  return (await readMessages(database, 'id = $1', [id]))[0]
}

/** The messages of a business key, newest first. */
export async function readMessagesOfKey(
  database: Queryable,
  key: string,
  flow: string | null,
): Promise<readonly MessageRecord[]> {
  return readMessages(database, 'business_key = $1 and ($2::text is null or flow = $2)', [key, flow])
}

async function readMessages(
  database: Queryable,
  condition: string,
  values: readonly unknown[],
): Promise<readonly MessageRecord[]> {
  const {rows} = await database.query<MessageRow>(
    `select id, flow, business_key, version, idempotency_key, reference, intent, repeated_by, state, accepted_at, retry_at,
            probe_after, finished_at, erp_document, payload
       from erpsync.message
      where ${condition}
      order by seq desc
      limit 50`,
    values,
  )
  return Promise.all(
    rows.map(async (row) => toMessage(row, await readAttempts(database, row.id), await readCopies(database, row.id))),
  )
}

/** The attempts of a message, in order. */
export async function readAttempts(database: Queryable, messageId: string): Promise<readonly AttemptRecord[]> {
  const {rows} = await database.query<AttemptRow>(
    `select number, lane, worker, started_at, ended_at, outcome, class, executed, code, text, answer, probed_at, probe
       from erpsync.attempt
      where message_id = $1
      order by number`,
    [messageId],
  )
  return rows.map(({started_at, ended_at, probed_at, ...same}) => ({
    ...same,
    startedAt: started_at,
    endedAt: ended_at,
    probedAt: probed_at,
  }))
}

async function readCopies(database: Queryable, messageId: string): Promise<readonly CopyRecord[]> {
  const {rows} = await database.query<CopyRow>(
    'select lane, attempt, due_at, published_at from erpsync.outbox where message_id = $1 order by id',
    [messageId],
  )
  return rows.map(({lane, attempt, due_at, published_at}) => ({
    lane,
    attempt,
    dueAt: due_at,
    publishedAt: published_at,
  }))
}

interface CopyRow {
  readonly lane: string
  readonly attempt: number
  readonly due_at: Date
  readonly published_at: Date | null
}

interface AttemptRow extends Omit<AttemptRecord, 'startedAt' | 'endedAt' | 'probedAt'> {
  readonly started_at: Date
  readonly ended_at: Date | null
  readonly probed_at: Date | null
}

interface MessageRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly version: string | null
  readonly idempotency_key: string
  readonly reference: string | null
  readonly intent: Intent
  readonly repeated_by: string | null
  readonly state: MessageState
  readonly accepted_at: Date
  readonly retry_at: Date | null
  readonly probe_after: Date | null
  readonly finished_at: Date | null
  readonly erp_document: string | null
  readonly payload: unknown
}

function toMessage(row: MessageRow, attempts: readonly AttemptRecord[], copies: readonly CopyRecord[]): MessageRecord {
  return {
    id: row.id,
    flow: row.flow,
    key: row.business_key,
    version: row.version,
    idempotencyKey: row.idempotency_key,
    reference: row.reference,
    intent: row.intent,
    repeatedBy: row.repeated_by,
    state: row.state,
    acceptedAt: row.accepted_at,
    retryAt: row.retry_at,
    probeAfter: row.probe_after,
    finishedAt: row.finished_at,
    document: row.erp_document,
    payload: row.payload,
    attempts,
    copies,
  }
}
