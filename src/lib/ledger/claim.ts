import type {Intent} from '#lib/kernel/intent.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {Database, Statement, Transaction} from '#lib/db/database.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {holdBack, lockKeysOf, supersedeOlder} from './keys.js'
import {lockingUnordered, lockMessages} from './lock.js'
import {type MessageState, transition} from '#lib/kernel/state.js'

/** A copy of a message has reached a worker, which asks whether it may call SAP. */
export interface ClaimRequest {
  readonly messageId: string
  /** The attempt this copy is for. */
  readonly attempt: number
  readonly lane: Lane
  readonly worker: string
}

/** What a worker needs to know of a message to deliver it. */
export interface MessageFacts {
  readonly id: string
  /** Why it entered, which decides how it comes into SAP. */
  readonly intent: Intent
  readonly reference: string | null
  readonly idempotencyKey: string
  /** Which revision of its payload is the newest. */
  readonly revision: number
  readonly state: MessageState
  readonly attempts: number
  readonly strikes: number
  readonly resends: number
  /** When it was accepted, or last replayed: its age in the eyes of the retry policy. */
  readonly underWaySince: Date
  /** Set while in doubt: whether a look-up that finds nothing would count by now. */
  readonly probeIsDue: boolean
}

/**
 * The answer to a claim:
 *
 * - `granted`: written down as in flight; the caller, and nobody else, calls SAP now
 * - `refused`: how the message stands instead
 * - `unknown`: not in the ledger
 */
export type ClaimAnswer =
  | {readonly kind: 'granted'; readonly message: MessageFacts}
  | {readonly kind: 'refused'; readonly message: MessageFacts}
  | {readonly kind: 'unknown'}

/**
 * Write-ahead: grants each attempt to the first who asks, and commits that
 * before anybody calls SAP. Answers stand at the index of their request.
 */
export async function claimAttempts(
  tx: Transaction,
  requests: readonly ClaimRequest[],
): Promise<readonly ClaimAnswer[]> {
  const ids = requests.map(({messageId}) => messageId)
  await putInOrder(tx, ids)
  await lockMessages(tx, ids)
  const {sql, values} = claiming(requests, ['none', 'latest', 'strict'])
  const {rows} = await tx.query<AnswerRow>(sql, values)
  return answersOf(requests, rows)
}

/**
 * The same for messages without an order, in one round trip, since no key has
 * to be locked and nothing put in order. Any other message is `unknown` here.
 */
export async function claimUnordered(
  database: Database,
  requests: readonly ClaimRequest[],
): Promise<readonly ClaimAnswer[]> {
  const ids = requests.map(({messageId}) => messageId)
  const {rows} = await database.atOnce<AnswerRow>([lockingUnordered(ids), claiming(requests, ['none'])])
  return answersOf(requests, rows)
}

/** What must not be sent now is superseded or held before anything is granted. */
async function putInOrder(tx: Transaction, ids: readonly string[]): Promise<void> {
  const keys = await lockKeysOf(tx, ids)
  if (keys.length === 0) return
  await supersedeOlder(tx, keys)
  await holdBack(tx, ids)
}

/**
 * Grants what may be granted of locked messages, and tells how all of them
 * stand. Never in one statement with the lock: one that waits for a lock goes on
 * to look at rows as they were when it began, and would refuse a message whose
 * outcome was being written at that moment, whose facts then say that nothing
 * stands against it.
 */
function claiming(requests: readonly ClaimRequest[], orderings: readonly Ordering[]): Statement {
  const {from, to} = transition('claimed')
  const ids = new Set(requests.map(({messageId}) => messageId))
  const asked = ids.size === requests.length ? requests : withoutCopies(requests)
  return {
    name: 'claim',
    sql: `with asked as (
       select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) as asked (id, attempt, lane, worker)
     ), granted as (
       update erpsync.message m
          set state = $5, attempts = m.attempts + 1, claimed_at = now(), retry_at = null
         from asked a
        where m.id = a.id
          and m.attempts = a.attempt - 1
          and m.state = any ($6)
          and m.ordering = any ($7)
       returning ${factColumns}, a.lane, a.worker
     ), started as (
       insert into erpsync.attempt (message_id, number, lane, worker)
       select id, attempts, lane, worker from granted
     )
     select true as granted, ${factNames} from granted
      union all
     select false, ${factColumns}
       from erpsync.message m
      where (select count(*) from granted) < $8
        and m.id = any ($1)
        and m.ordering = any ($7)
        and m.id not in (select id from granted)`,
    values: [
      asked.map(({messageId}) => messageId),
      asked.map(({attempt}) => attempt),
      asked.map(({lane}) => lane),
      asked.map(({worker}) => worker),
      to,
      from,
      orderings,
      ids.size,
    ],
  }
}

function withoutCopies(requests: readonly ClaimRequest[]): readonly ClaimRequest[] {
  return [...new Map(requests.map((request) => [`${request.messageId} ${request.attempt}`, request])).values()]
}

function answersOf(requests: readonly ClaimRequest[], rows: readonly AnswerRow[]): readonly ClaimAnswer[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const taken = new Set<string>()
  return requests.map(({messageId, attempt}): ClaimAnswer => {
    const row = byId.get(messageId)
    if (row === undefined) return {kind: 'unknown'}
    // Other copies of the message in the same batch, stale or twice, find it in the hands of the one that is granted.
    if (!row.granted || row.attempts !== attempt || taken.has(messageId))
      return {kind: 'refused', message: toFacts(row)}
    taken.add(messageId)
    return {kind: 'granted', message: toFacts(row)}
  })
}

const factColumns = `m.id, m.intent, m.reference, m.idempotency_key, m.revision, m.state, m.attempts, m.strikes, m.resends,
              extract(epoch from m.under_way_since)::float8 * 1000 as under_way_since_ms,
              coalesce(m.probe_after <= now(), false) as probe_is_due`
const factNames =
  'id, intent, reference, idempotency_key, revision, state, attempts, strikes, resends, under_way_since_ms, probe_is_due'

interface AnswerRow {
  readonly granted: boolean
  readonly id: string
  readonly intent: Intent
  readonly reference: string | null
  readonly idempotency_key: string
  readonly revision: number
  readonly state: MessageState
  readonly attempts: number
  readonly strikes: number
  readonly resends: number
  readonly under_way_since_ms: number
  readonly probe_is_due: boolean
}

function toFacts(row: AnswerRow): MessageFacts {
  return {
    id: row.id,
    intent: row.intent,
    reference: row.reference,
    idempotencyKey: row.idempotency_key,
    revision: row.revision,
    state: row.state,
    attempts: row.attempts,
    strikes: row.strikes,
    resends: row.resends,
    underWaySince: new Date(row.under_way_since_ms),
    probeIsDue: row.probe_is_due,
  }
}
