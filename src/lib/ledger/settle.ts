import type {Database, Transaction} from '#lib/db/database.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Lane} from '#lib/kernel/lane.js'
import {transition} from '#lib/kernel/state.js'
import {lockKeysOf, releaseHeld, supersedeOlder} from './keys.js'
import {lockingUnordered, lockMessages} from './lock.js'
import {scheduleCopies, wakingRelay} from './outbox.js'
import {settling, wakesRelay, type WrittenRow} from './settling.js'

/** What SAP answered when asked about a call in doubt; `repeatable` if it could not be asked. */
export type ProbeResult = 'found' | 'absent' | 'several' | 'pending' | 'refused' | 'repeatable' | 'failed'

interface SettlementOf<Kind extends string> {
  readonly kind: Kind
  readonly messageId: string
  /** The newest attempt; if the ledger is further by now, nothing is written. */
  readonly attempt: number
  /** Set if a look-up led here. */
  readonly probe?: ProbeResult
}

/**
 * The end of an attempt, or of a look-up:
 *
 * - `synced`: SAP has it
 * - `retry`: another attempt in `waitMs`; `strike` says whether this one counts
 *   against the policy, `copy` whether a copy waits on the broker already or is
 *   to be scheduled here, `resend` marks the one resend after a look-up in vain
 * - `in_doubt`: SAP is asked in `waitMs`, by a copy scheduled here
 * - `dead`: given up
 */
export type Settlement =
  | (SettlementOf<'synced'> & {readonly documentNumber: string | null; readonly answer?: unknown})
  | (SettlementOf<'retry'> & {
      readonly failure: Failure
      readonly waitMs: number
      readonly strike: boolean
      readonly resend: boolean
      readonly copy: 'on_broker' | 'schedule'
    })
  | (SettlementOf<'in_doubt'> & {readonly failure: Failure; readonly waitMs: number; readonly lane: Lane})
  | (SettlementOf<'dead'> & {readonly failure: Failure})

/**
 * Writes outcomes, with every copy they need in the same transaction.
 * Fenced: an outcome of an attempt that is not the newest any more, or of a
 * message that is settled, changes nothing.
 *
 * @returns at the index of each settlement, whether it was written.
 */
export async function settleAttempts(tx: Transaction, settlements: readonly Settlement[]): Promise<readonly boolean[]> {
  const ids = settlements.map(({messageId}) => messageId)
  const chosen = strongest(settlements)
  const keys = await lockKeysOf(tx, ids)
  await lockMessages(tx, ids)
  if (wakesRelay(chosen)) await tx.query(wakingRelay.sql, wakingRelay.values)
  const {sql, values} = settling(chosen, ['none', 'latest', 'strict'])
  const {rows} = await tx.query<WrittenRow>(sql, values)
  await supersedeOlder(tx, keys)
  await releaseHeld(tx, keys)
  return wereWritten(settlements, chosen, rows)
}

/**
 * The same for messages without an order, in one round trip, since no key has
 * to be locked and nothing released. Of any other message nothing is written.
 */
export async function settleUnordered(
  database: Database,
  settlements: readonly Settlement[],
): Promise<readonly boolean[]> {
  const chosen = strongest(settlements)
  const {rows} = await database.atOnce<WrittenRow>([
    lockingUnordered(settlements.map(({messageId}) => messageId)),
    ...(wakesRelay(chosen) ? [wakingRelay] : []),
    settling(chosen, ['none']),
  ])
  return wereWritten(settlements, chosen, rows)
}

function wereWritten(
  settlements: readonly Settlement[],
  chosen: readonly Settlement[],
  rows: readonly WrittenRow[],
): readonly boolean[] {
  const written = new Map(rows.map(({id, attempt}) => [id, attempt]))
  const effective = new Set(chosen.filter(({messageId, attempt}) => written.get(messageId) === attempt))
  return settlements.map((settlement) => effective.has(settlement))
}

/** Of several outcomes of one attempt, one is written: that SAP has it, if any says so, else the first. */
function strongest(settlements: readonly Settlement[]): readonly Settlement[] {
  const chosen = new Map<string, Settlement>()
  for (const settlement of settlements) {
    const identity = `${settlement.messageId} ${settlement.attempt}`
    if (settlement.kind === 'synced' || !chosen.has(identity)) chosen.set(identity, settlement)
  }
  return [...chosen.values()]
}

/** A message found in flight that nobody may be working on: written by the next settlement or look-up. */
export interface Doubt {
  readonly messageId: string
  readonly attempt: number
  readonly lane: Lane
  /** From the claim until a look-up that finds nothing counts: the call's deadline and the settle time. */
  readonly waitMs: number
}

/**
 * Puts messages in doubt whose copy came back while they were in flight: the
 * worker died, or lost its connection in mid-call. SAP will be asked.
 */
export async function doubtAttempts(tx: Transaction, doubts: readonly Doubt[]): Promise<void> {
  const {from, to} = transition('doubted')
  await lockMessages(
    tx,
    doubts.map(({messageId}) => messageId),
  )
  const {rows} = await tx.query<{id: string; wait_ms: number}>(
    `update erpsync.message m
        set state       = $4,
            probe_after = greatest(now(), m.claimed_at + d.wait_ms * interval '1 millisecond')
       from unnest($1::uuid[], $2::integer[], $3::float8[]) as d (id, attempt, wait_ms)
      where m.id = d.id
        and m.attempts = d.attempt
        and m.state = any ($5)
     returning m.id, greatest(0, extract(epoch from m.probe_after - now()) * 1000)::float8 as wait_ms`,
    [
      doubts.map(({messageId}) => messageId),
      doubts.map(({attempt}) => attempt),
      doubts.map(({waitMs}) => waitMs),
      to,
      from,
    ],
  )
  const dueInMs = new Map(rows.map(({id, wait_ms}) => [id, wait_ms]))
  const once = new Map(doubts.map((doubt) => [doubt.messageId, doubt])).values()
  await scheduleCopies(
    tx,
    [...once].flatMap(({messageId, lane, attempt}) => {
      const wait = dueInMs.get(messageId)
      return wait === undefined ? [] : [{messageId, lane, attempt, dueInMs: wait}]
    }),
  )
}
