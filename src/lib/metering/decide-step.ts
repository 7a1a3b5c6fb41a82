import type {Guards} from './guards.js'
import {breachedRule, type FailureWords, type RecentOutcome} from './breached-rule.js'

/** How a metered run stands at one moment. */
export interface Standing {
  readonly items: number
  readonly pending: number
  readonly inFlight: number
  readonly round: {readonly sent: number; readonly ok: number; readonly failed: number}
  readonly canaryPassed: boolean
  /** Since the last item of the canary was sent; null before. */
  readonly canarySentAgoMs: number | null
  /** The last outcomes, the newest at the end. */
  readonly recent: readonly RecentOutcome[]
  /** What is slow or away in SAP; null if nothing is. */
  readonly erpSlow: string | null
  /** Items that the rate allows now. */
  readonly allowed: number
}

/** What the carrier of a run does next. */
export type Step =
  | {readonly kind: 'send'; readonly most: number}
  | {readonly kind: 'wait'}
  | {readonly kind: 'pass_canary'}
  | {readonly kind: 'stop'; readonly why: string}

/** Decides the next step: never more than what the guards allow, and nothing while the canary is out. */
export function decideStep(standing: Standing, guards: Guards, words: FailureWords): Step {
  const breach = breachedRule(standing, guards.stopOn, words)
  if (breach !== undefined) return {kind: 'stop', why: breach}
  if (guards.canary !== null && !standing.canaryPassed) return decideCanary(standing, guards, guards.canary, words)
  const most = Math.min(standing.allowed, roomInFlight(standing, guards), standing.pending)
  return most > 0 ? {kind: 'send', most} : {kind: 'wait'}
}

/** The share of the pace: a tenth at first, more the more items have ended well, all of it after a fifth of them. */
export function rampShare({items, round}: Pick<Standing, 'items' | 'round'>): number {
  const done = round.ok / Math.max(1, items)
  return rampSteps.find(({until}) => done < until)?.share ?? 1
}

function decideCanary(standing: Standing, {canaryWaitMs}: Guards, canary: number, words: FailureWords): Step {
  const {round, pending, canarySentAgoMs, allowed} = standing
  if (round.failed > 0) {
    return {kind: 'stop', why: `canary: ${round.failed} of ${round.sent} ${words.failed}`}
  }
  if (round.ok >= canary) return {kind: 'pass_canary'}
  if (round.sent < canary && pending > 0) {
    const most = Math.min(canary - round.sent, allowed)
    return most > 0 ? {kind: 'send', most} : {kind: 'wait'}
  }
  if (canarySentAgoMs !== null && canarySentAgoMs > canaryWaitMs) {
    return {
      kind: 'stop',
      why: `canary: ${round.sent - round.ok} of ${round.sent} had no outcome within ${Number((canaryWaitMs / 1000).toFixed(1))} s`,
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
const mostInFlight = 2000
