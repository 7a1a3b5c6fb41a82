import type {BreakerSettings} from '#lib/config/schema.js'
import type {BreakerState, Failures} from '#lib/ledger/destinations.js'

/** What a call means for the breaker. `prober` is set if it held the lease of the probe. */
export type BreakerEvent =
  | {readonly kind: 'alive'; readonly prober?: string}
  | {
      readonly kind: 'away'
      readonly prober?: string
      readonly code: string
      /** How long the call took: a failure counts from its beginning, or slow ones would never be in a row. */
      readonly lastedMs: number
      /** How long the destination asked to be left alone; 0 if it did not say. */
      readonly retryAfterMs: number
    }
  /** The probe was not made after all. */
  | {readonly kind: 'nothing'; readonly prober?: string}

/**
 * The state of a breaker after a call of any worker. Opens on failures in a row;
 * while it is open, only the probe decides. An answer that comes late, to a call
 * begun before, brings the probe forward and closes nothing.
 */
export function breakerAfter(
  event: BreakerEvent,
  state: BreakerState,
  settings: BreakerSettings,
  now: Date,
): BreakerState {
  switch (state.kind) {
    case 'closed':
      return afterCall(event, state, settings, now)
    case 'open':
      return event.kind === 'alive' && now < state.probeAt ? {...state, probeAt: now} : state
    case 'half_open':
      return event.prober === state.probeOwner ? afterProbe(event, state, settings, now) : state
  }
}

function afterCall(
  event: BreakerEvent,
  state: BreakerState & {readonly kind: 'closed'},
  settings: BreakerSettings,
  now: Date,
): BreakerState {
  switch (event.kind) {
    case 'alive':
      return state.failures === null ? state : closed
    case 'away': {
      const failures = countFailure(event, state.failures, settings, now)
      if (failures.count < settings.failures) return {kind: 'closed', failures}
      return {kind: 'open', failures, openedAt: now, probeAt: nextProbe(event, settings, now)}
    }
    case 'nothing':
      return state
  }
}

function afterProbe(
  event: BreakerEvent,
  {failures, openedAt}: BreakerState & {readonly kind: 'half_open'},
  settings: BreakerSettings,
  now: Date,
): BreakerState {
  switch (event.kind) {
    case 'alive':
      return closed
    case 'away':
      return {
        kind: 'open',
        failures: {count: failures.count + 1, lastAt: now, lastCode: event.code},
        openedAt,
        probeAt: nextProbe(event, settings, now),
      }
    case 'nothing':
      return {kind: 'open', failures, openedAt, probeAt: now}
  }
}

function countFailure(
  {code, lastedMs}: BreakerEvent & {readonly kind: 'away'},
  before: Failures | null,
  {within}: BreakerSettings,
  now: Date,
): Failures {
  const begun = now.getTime() - lastedMs
  const isInARow = before !== null && begun - before.lastAt.getTime() <= within
  return {count: isInARow ? before.count + 1 : 1, lastAt: now, lastCode: code}
}

function nextProbe(
  {retryAfterMs}: BreakerEvent & {readonly kind: 'away'},
  {probeEvery}: BreakerSettings,
  now: Date,
): Date {
  return new Date(now.getTime() + Math.max(probeEvery, retryAfterMs))
}

const closed: BreakerState = {kind: 'closed', failures: null}
