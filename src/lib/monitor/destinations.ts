import type {Config} from '#lib/config/load.js'
import {limitInForce} from '#lib/config/limit-in-force.js'
import type {DestinationSettings} from '#lib/config/schema.js'
import type {Queryable} from '#lib/db/database.js'
import {closedWindowAt, nextChange} from '#lib/kernel/closed-window.js'
import {type BreakerState, type DestinationState, readDestinations} from '#lib/ledger/destinations.js'
import {type Pause, readPauses} from '#lib/ledger/pauses.js'
import {listShares, type WorkerShare} from '#lib/ledger/worker-shares.js'

/**
 * Whether deliveries go through, or the first reason why not:
 *
 * - `paused`: a person has said so, or SAP refused the credentials
 * - `closed_window`: by the configuration
 * - `away`, `probing`: the breaker is open, and a message tries whether SAP is back
 */
export type DestinationStanding = 'ready' | 'paused' | 'closed_window' | 'away' | 'probing'

export interface DestinationRow {
  readonly destination: string
  readonly standing: DestinationStanding
  readonly pause: Pause | null
  readonly breaker: BreakerState
  /** Calls at once of all workers together, as it is now. */
  readonly limit: number
  readonly adaptive: {readonly floor: number; readonly ceiling: number} | null
  readonly perSecond: number | null
  /** The workers that share the slots. */
  readonly workers: readonly WorkerShare[]
  /** The window it is in; null if in none. */
  readonly closedWindow: string | null
  /** When the next window begins, or the present one ends. */
  readonly windowChangesAt: Date | null
}

export interface DestinationList {
  readonly destinations: readonly DestinationRow[]
  readonly pausedFlows: readonly Pause[]
}

/** How the configured destinations stand, as all workers see it. */
export async function listDestinations(config: Config, database: Queryable, now: Date): Promise<DestinationList> {
  const names = Object.keys(config.destinations)
  const [states, pauses, shares] = await Promise.all([
    readDestinations(database, names),
    readPauses(database),
    listShares(database),
  ])
  return {
    destinations: Object.entries(config.destinations).map(([destination, settings]) => ({
      ...standingOf(destination, settings, states, pauses, now),
      perSecond: settings.limits.perSecond ?? null,
      adaptive: settings.limits.adaptive ?? null,
      workers: shares
        .filter((share) => share.destination === destination)
        .map(({worker, inUse, demand, granted}) => ({worker, inUse, demand, granted})),
    })),
    pausedFlows: pauses.filter(({scope, name}) => scope === 'flow' && name in config.flows),
  }
}

function standingOf(
  destination: string,
  {limits}: DestinationSettings,
  states: readonly DestinationState[],
  pauses: readonly Pause[],
  now: Date,
) {
  const state = states.find(({name}) => name === destination)
  const pause = pauses.find(({scope, name}) => scope === 'destination' && name === destination) ?? null
  const breaker: BreakerState = state?.breaker ?? {kind: 'closed', failures: null}
  const window = closedWindowAt(limits.closed, now)
  return {
    destination,
    pause,
    breaker,
    standing: firstReason(pause !== null, window !== undefined, breaker),
    limit: limitInForce(limits, state?.adaptiveLimit ?? null),
    closedWindow: window?.text ?? null,
    windowChangesAt: nextChange(limits.closed, now) ?? null,
  }
}

function firstReason(isPaused: boolean, isInWindow: boolean, breaker: BreakerState): DestinationStanding {
  if (isPaused) return 'paused'
  if (isInWindow) return 'closed_window'
  switch (breaker.kind) {
    case 'closed':
      return 'ready'
    case 'open':
      return 'away'
    case 'half_open':
      return 'probing'
  }
}
