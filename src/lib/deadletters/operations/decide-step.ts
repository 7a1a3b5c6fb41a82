import type {Guards} from './guards.js'
import {breachedRule, type RecentOutcome} from './breached-rule.js'

/** How a running operation stands at one moment. */
export interface Standing {
  readonly letters: number
  readonly pending: number
  readonly inFlight: number
  readonly round: {readonly sent: number; readonly ok: number; readonly failed: number}
  readonly canaryPassed: boolean
  /** Since the last letter of the canary was sent; null before. */
  readonly canarySentAgoMs: number | null
  /** The last outcomes, the newest at the end. */
  readonly recent: readonly RecentOutcome[]
  /** What is slow or away in SAP; null if nothing is. */
  readonly erpSlow: string | null
  /** Letters that the rate allows now. */
  readonly allowed: number
}

/** What the carrier of an operation does next. */
export type Step =
  | {readonly kind: 'send'; readonly most: number}
  | {readonly kind: 'wait'}
  | {readonly kind: 'pass_canary'}
  | {readonly kind: 'stop'; readonly why: string}

/** Decides the next step: never more than what the guards allow, and nothing while the canary is out. */
export function decideStep(standing: Standing, guards: Guards): Step {
  const breach = breachedRule(standing, guards.stopOn)
  if (breach !== undefined) return {kind: 'stop', why: breach}
  if (guards.canary !== null && !standing.canaryPassed) return decideCanary(standing, guards, guards.canary)
  const most = Math.min(standing.allowed, roomInFlight(standing, guards), standing.pending)
  return most > 0 ? {kind: 'send', most} : {kind: 'wait'}
}

/** The share of the pace: a tenth at first, more the more letters have ended well, all of it after a fifth of them. */
export function rampShare({letters, round}: Pick<Standing, 'letters' | 'round'>): number {
  const done = round.ok / Math.max(1, letters)
  return rampSteps.find(({until}) => done < until)?.share ?? 1
}

function decideCanary(standing: Standing, {canaryWaitMs}: Guards, canary: number): Step {
  const {round, pending, canarySentAgoMs, allowed} = standing
  if (round.failed > 0) {
    return {kind: 'stop', why: `canary: ${round.failed} of ${round.sent} died again`}
  }
  if (round.ok >= canary) return {kind: 'pass_canary'}
  if (round.sent < canary && pending > 0) {
    const most = Math.min(canary - round.sent, allowed)
    return most > 0 ? {kind: 'send', most} : {kind: 'wait'}
  }
  if (canarySentAgoMs !== null && canarySentAgoMs > canaryWaitMs) {
    return {
      kind: 'stop',
      why: `canary: ${round.sent - round.ok} of ${round.sent} had no outcome within ${Math.round(canaryWaitMs / 1000)} s`,
    }
  }
  return {kind: 'wait'}
}

function roomInFlight(standing: Standing, {maxInFlight, ramp}: Guards): number {
  const ceiling = maxInFlight ?? mostInFlight
  const room = ramp ? Math.max(1, Math.floor(ceiling * rampShare(standing))) : ceiling
  return Math.max(0, room - standing.inFlight)
}

const rampSteps = [
  {until: 0.01, share: 0.1},
  {until: 0.05, share: 0.25},
  {until: 0.2, share: 0.5},
] as const

/** Where nobody said how many: enough to keep every worker busy, and few enough to be stopped. */
const mostInFlight = 5000
