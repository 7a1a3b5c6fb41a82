import {type RecentOutcome, watchedOutcomes} from './breached-rule.js'
import {rampShare, type Standing} from './decide-step.js'
import type {Guards} from './guards.js'
import {type Pace, paceAt, spend} from './pace.js'

/** What is carried out bit by bit, as its guards see it. */
export interface Metered {
  readonly guards: Guards
  readonly items: number
  readonly pending: number
  readonly inFlight: number
  readonly round: Standing['round']
  readonly canaryPassed: boolean
}

/** What the carrier of a run keeps in mind. All of it can be lost: the rest is in PostgreSQL. */
export interface Memory {
  readonly recent: readonly RecentOutcome[]
  readonly pace: Pace | null
  /** When the last item of the canary was sent. */
  readonly canarySentAtMs: number | null
  /** When something had an outcome last, or was sent while nothing was on its way. */
  readonly movedAtMs: number
}

export function freshMemory(nowMs: number): Memory {
  return {recent: [], pace: null, canarySentAtMs: null, movedAtMs: nowMs}
}

export function afterOutcomes(memory: Memory, outcomes: readonly RecentOutcome[], nowMs: number): Memory {
  if (outcomes.length === 0) return memory
  return {...memory, movedAtMs: nowMs, recent: [...memory.recent, ...outcomes].slice(-watchedOutcomes)}
}

export function afterSending(memory: Memory, {inFlight}: Metered, sent: number, nowMs: number): Memory {
  if (sent === 0) return memory
  return {
    ...memory,
    pace: memory.pace && spend(memory.pace, sent),
    movedAtMs: inFlight === 0 ? nowMs : memory.movedAtMs,
  }
}

/** The memory brought up to this moment. */
export function atMoment(memory: Memory, metered: Metered, nowMs: number): Memory {
  const {guards, pending, round, canaryPassed} = metered
  const share = guards.ramp ? rampShare(metered) : 1
  const isCanaryOut = guards.canary !== null && !canaryPassed && (round.sent >= guards.canary || pending === 0)
  return {
    ...memory,
    pace: guards.ratePerS === null ? null : paceAt(memory.pace, nowMs, guards.ratePerS * share),
    canarySentAtMs: isCanaryOut ? (memory.canarySentAtMs ?? nowMs) : null,
  }
}

/** What there is to decide on. */
export function standingOf(
  {recent, pace, canarySentAtMs}: Memory,
  {items, pending, inFlight, round, canaryPassed}: Metered,
  erpSlow: string | null,
  nowMs: number,
): Standing {
  return {
    items,
    pending,
    inFlight,
    round,
    canaryPassed,
    canarySentAgoMs: canarySentAtMs === null ? null : nowMs - canarySentAtMs,
    recent,
    erpSlow,
    allowed: pace === null ? Number.MAX_SAFE_INTEGER : Math.floor(pace.allowed),
  }
}
