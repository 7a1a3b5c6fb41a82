import type {Transaction} from '#lib/db/database.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Lane} from '#lib/kernel/lane.js'
import {type MessageEvent, transition} from '#lib/kernel/state.js'
import {recordOutcomes, recordProbes} from './attempts.js'
import {lockKeysOf, releaseHeld, supersedeOlder} from './keys.js'
import {scheduleCopies} from './outbox.js'

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
  const keys = await lockKeysOf(
    tx,
    settlements.map(({messageId}) => messageId),
  )
  const chosen = [...strongest(settlements).values()]
  const {rows} = await tx.query<{id: string; attempts: number}>(
    `with outcome as (
       select *
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::float8[], $5::boolean[], $6::boolean[], $7::text[],
                     $8::text[])
           as outcome (id, attempt, state, wait_ms, strike, resend, document, allowed)
     ), locked as (
       select id from erpsync.message where id = any ($1::uuid[]) order by id for update
     )
     update erpsync.message m
        set state        = o.state,
            strikes      = m.strikes + o.strike::integer,
            resends      = m.resends + o.resend::integer,
            retry_at     = case when o.state = 'retry_wait' then now() + o.wait_ms * interval '1 millisecond' end,
            probe_after  = case when o.state = 'in_doubt' then now() + o.wait_ms * interval '1 millisecond' end,
            finished_at  = case when o.state = 'synced' then now() end,
            erp_document = o.document
       from outcome o, locked
      where m.id = locked.id
        and m.id = o.id
        and m.attempts = o.attempt
        and m.state = any (string_to_array(o.allowed, ','))
     returning m.id, m.attempts`,
    [
      chosen.map(({messageId}) => messageId),
      chosen.map(({attempt}) => attempt),
      chosen.map((settlement) => transition(eventOf(settlement)).to),
      chosen.map((settlement) => ('waitMs' in settlement ? settlement.waitMs : 0)),
      chosen.map((settlement) => settlement.kind === 'retry' && settlement.strike),
      chosen.map((settlement) => settlement.kind === 'retry' && settlement.resend),
      chosen.map((settlement) => (settlement.kind === 'synced' ? settlement.documentNumber : null)),
      chosen.map((settlement) => transition(eventOf(settlement)).from.join(',')),
    ],
  )
  const written = new Map(rows.map(({id, attempts}) => [id, attempts]))
  const effective = new Set(chosen.filter(({messageId, attempt}) => written.get(messageId) === attempt))
  await recordOutcomes(
    tx,
    [...effective].filter(({probe}) => probe === undefined),
  )
  await recordProbes(tx, [...effective])
  await scheduleCopies(tx, [...effective].flatMap(copyFor))
  await supersedeOlder(tx, keys)
  await releaseHeld(tx, keys)
  return settlements.map((settlement) => effective.has(settlement))
}

/** Of several outcomes of one attempt, one is written: that SAP has it, if any says so, else the first. */
function strongest(settlements: readonly Settlement[]): ReadonlyMap<string, Settlement> {
  const chosen = new Map<string, Settlement>()
  for (const settlement of settlements) {
    const identity = `${settlement.messageId} ${settlement.attempt}`
    if (settlement.kind === 'synced' || !chosen.has(identity)) chosen.set(identity, settlement)
  }
  return chosen
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
  const {rows} = await tx.query<{id: string; wait_ms: number}>(
    `with doubt as (
       select * from unnest($1::uuid[], $2::integer[], $3::float8[]) as doubt (id, attempt, wait_ms)
     ), locked as (
       select id from erpsync.message where id = any ($1::uuid[]) order by id for update
     )
     update erpsync.message m
        set state       = $4,
            probe_after = greatest(now(), m.claimed_at + d.wait_ms * interval '1 millisecond')
       from doubt d, locked
      where m.id = locked.id
        and m.id = d.id
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

function eventOf({kind}: Settlement): MessageEvent {
  switch (kind) {
    case 'synced':
      return 'settled_synced'
    case 'retry':
      return 'settled_retry'
    case 'in_doubt':
      return 'settled_in_doubt'
    case 'dead':
      return 'settled_dead'
  }
}

/** The copy that carries the message on, if the ledger is to schedule it. */
function copyFor(settlement: Settlement): Parameters<typeof scheduleCopies>[1] {
  const {messageId, attempt} = settlement
  switch (settlement.kind) {
    case 'retry':
      return settlement.copy === 'schedule'
        ? [{messageId, lane: 'retry', attempt: attempt + 1, dueInMs: settlement.waitMs}]
        : []
    case 'in_doubt':
      return [{messageId, lane: settlement.lane, attempt, dueInMs: settlement.waitMs}]
    case 'synced':
    case 'dead':
      return []
  }
}
