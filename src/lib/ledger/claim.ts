import type {Lane} from '#lib/kernel/lane.js'
import type {Transaction} from '#lib/db/database.js'
import {holdBack, lockKeysOf, supersedeOlder} from './keys.js'
import {lockMessages} from './lock.js'
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
  readonly flow: string
  readonly key: string
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
  readonly claimedAt: Date | null
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
  // By a statement of its own: one that waits for a lock goes on to look at rows as they were when it began, and would
  // refuse a message whose outcome was being written at that moment, whose facts then say that nothing stands against it.
  await lockMessages(tx, ids)
  const {from, to} = transition('claimed')
  const granted = await tx.query<FactsRow>(
    `with asked as (
       select id, attempt from unnest($1::uuid[], $2::integer[]) as asked (id, attempt)
     )
     update erpsync.message m
        set state = $3, attempts = m.attempts + 1, claimed_at = now(), retry_at = null
       from asked
      where m.id = asked.id
        and m.attempts = asked.attempt - 1
        and m.state = any ($4)
     returning ${factColumns}`,
    [ids, requests.map(({attempt}) => attempt), to, from],
  )
  const grants = new Map(granted.rows.map((row) => [row.id, toFacts(row)]))
  await recordStarts(tx, requests, grants)

  const others = await readFacts(
    tx,
    ids.filter((id) => !grants.has(id)),
  )
  const taken = new Set<string>()
  return requests.map(({messageId, attempt}): ClaimAnswer => {
    const message = grants.get(messageId)
    // Other copies of the message in the same batch, stale or twice, find it in the hands of the one that is granted.
    if (message?.attempts === attempt && !taken.has(messageId)) {
      taken.add(messageId)
      return {kind: 'granted', message}
    }
    const other = message ?? others.get(messageId)
    return other ? {kind: 'refused', message: other} : {kind: 'unknown'}
  })
}

/** What must not be sent now is superseded or held before anything is granted. */
async function putInOrder(tx: Transaction, ids: readonly string[]): Promise<void> {
  const keys = await lockKeysOf(tx, ids)
  if (keys.length === 0) return
  await supersedeOlder(tx, keys)
  await holdBack(tx, ids)
}

async function recordStarts(
  tx: Transaction,
  requests: readonly ClaimRequest[],
  grants: ReadonlyMap<string, MessageFacts>,
): Promise<void> {
  const matching = requests.filter(({messageId, attempt}) => grants.get(messageId)?.attempts === attempt)
  const started = [...new Map(matching.map((request) => [request.messageId, request])).values()]
  if (started.length === 0) return
  await tx.query(
    `insert into erpsync.attempt (message_id, number, lane, worker)
     select message_id, number, lane, worker
       from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) as new (message_id, number, lane, worker)`,
    [
      started.map(({messageId}) => messageId),
      started.map(({attempt}) => attempt),
      started.map(({lane}) => lane),
      started.map(({worker}) => worker),
    ],
  )
}

async function readFacts(tx: Transaction, ids: readonly string[]): Promise<Map<string, MessageFacts>> {
  if (ids.length === 0) return new Map()
  const {rows} = await tx.query<FactsRow>(
    `select ${factColumns}
       from erpsync.message m
      where m.id = any ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, toFacts(row)]))
}

const factColumns = `m.id, m.flow, m.business_key, m.reference, m.idempotency_key, m.revision, m.state, m.attempts,
            m.strikes, m.resends, m.under_way_since, m.claimed_at, coalesce(m.probe_after <= now(), false) as probe_is_due`

interface FactsRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly reference: string | null
  readonly idempotency_key: string
  readonly revision: number
  readonly state: MessageState
  readonly attempts: number
  readonly strikes: number
  readonly resends: number
  readonly under_way_since: Date
  readonly claimed_at: Date | null
  readonly probe_is_due: boolean
}

function toFacts(row: FactsRow): MessageFacts {
  return {
    id: row.id,
    flow: row.flow,
    key: row.business_key,
    reference: row.reference,
    idempotencyKey: row.idempotency_key,
    revision: row.revision,
    state: row.state,
    attempts: row.attempts,
    strikes: row.strikes,
    resends: row.resends,
    underWaySince: row.under_way_since,
    claimedAt: row.claimed_at,
    probeIsDue: row.probe_is_due,
  }
}
