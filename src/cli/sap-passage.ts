import {hostname} from 'node:os'
import type {Flow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {type Gate, openGate} from '#lib/delivery/gate.js'
import type {ProbeOutcome, ReadOutcome} from '#lib/erp/connector.js'
import {systemClock} from '#lib/kernel/clock.js'
import {closedWindowAt} from '#lib/kernel/closed-window.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Log} from '#lib/kernel/log.js'
import {readDestinations} from '#lib/ledger/destinations.js'
import {readPauses} from '#lib/ledger/pauses.js'
import type {Pass} from '#lib/resync/read-in-chunks.js'

/** The way of readings into a destination: that of deliveries, so that both together keep to its limits. */
export interface Passage {
  readonly pass: Pass
  readonly close: () => Promise<void>
}

/**
 * Opens the way of readings into SAP. They take slots, share the rate with all
 * workers, and have the breaker learn from what they meet.
 *
 * @throws ErpSyncError 69 if the destination is away, paused or in a closed window: at once, or whenever it comes to that.
 */
export async function openPassage(
  database: Database,
  flow: Flow,
  {
    isMetered,
    signal,
    say,
  }: {readonly isMetered: boolean; readonly signal: AbortSignal; readonly say: (line: string) => void},
): Promise<Passage> {
  await requireOpen(database, flow)
  if (!isMetered) return {pass: async (call) => call(), close: async () => {}}
  const warn: Log['warn'] = (facts, event) => say(`${event}: ${JSON.stringify(facts)}`)
  const log: Log = {debug: () => {}, info: () => {}, warn, error: warn}
  const name = `${hostname()}:${process.pid}:resync`
  const gate = await openGate({name, database, clock: systemClock, log, signal}, [flow], signal, {maxWaitMs})
  return {pass: async (call) => letThrough(gate, database, flow, call, signal), close: gate.close}
}

async function letThrough(
  gate: Gate,
  database: Database,
  flow: Flow,
  call: () => Promise<readonly ReadOutcome[]>,
  signal: AbortSignal,
): Promise<readonly ReadOutcome[]> {
  for (;;) {
    const entry = await gate.enter(flow)
    switch (entry.kind) {
      case 'overdue':
        await requireOpen(database, flow)
        break
      case 'stopped':
        signal.throwIfAborted()
        throw new Error('the passage is closed')
      case 'admitted': {
        let outcomes: readonly ReadOutcome[] = []
        await entry.permit.spend(async () => {
          outcomes = await call()
          return signOf(outcomes)
        })
        signal.throwIfAborted()
        return outcomes
      }
    }
  }
}

/** What the breaker learns: a failure if there is one. */
function signOf(outcomes: readonly ReadOutcome[]): ProbeOutcome {
  return outcomes.find((outcome) => outcome.kind === 'failed') ?? {kind: 'absent'}
}

async function requireOpen(database: Database, {name, destination, target}: Flow): Promise<void> {
  const [[state], pauses] = await Promise.all([readDestinations(database, [destination]), readPauses(database)])
  const pause = pauses.find(
    (one) => (one.scope === 'destination' && one.name === destination) || (one.scope === 'flow' && one.name === name),
  )
  if (pause !== undefined) {
    throw shut(`The ${pause.scope} ${pause.name} is paused by ${pause.by}: ${pause.reason}.`, {
      code: `${pause.scope}_paused`,
      hint: `Once it may be called again: erpsync ${pause.scope} resume ${pause.name}`,
    })
  }
  const window = closedWindowAt(target.limits.closed, systemClock.now())
  if (window !== undefined) {
    throw shut(`${destination} is in its closed window, ${window.text}.`, {
      code: 'closed_window',
      hint: 'Try again when it is over.',
    })
  }
  if (state !== undefined && state.breaker.kind !== 'closed' && !state.isProbeDue) {
    throw shut(`SAP is away: the breaker of ${destination} is open (${state.breaker.failures.lastCode}).`, {
      code: 'breaker_open',
      hint: 'Type: erpsync destination list',
    })
  }
}

function shut(message: string, {code, hint}: {readonly code: string; readonly hint: string}): ErpSyncError {
  return new ErpSyncError(`${message} Nothing is read from it now.`, {code, exitCode: exitCodes.unreachable, hint})
}

/** After so long without a slot it is looked up why. */
const maxWaitMs = 5000
