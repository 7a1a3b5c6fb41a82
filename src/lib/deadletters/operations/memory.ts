import {type RecentOutcome, watchedOutcomes} from './breached-rule.js'
import {rampShare, type Standing} from './decide-step.js'
import type {Operation} from './operation.js'
import {type Pace, paceAt, spend} from './pace.js'

/** What the carrier of an operation keeps in mind. All of it can be lost: the rest is in PostgreSQL. */
export interface Memory {
  readonly recent: readonly RecentOutcome[]
  readonly pace: Pace | null
  /** When the last letter of the canary was sent. */
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

export function afterSending(memory: Memory, {counts}: Operation, sent: number, nowMs: number): Memory {
  if (sent === 0) return memory
  return {
    ...memory,
    pace: memory.pace && spend(memory.pace, sent),
    movedAtMs: counts.sent === 0 ? nowMs : memory.movedAtMs,
  }
}

/** The memory brought up to this moment. */
export function atMoment(memory: Memory, {guards, counts, round, canaryPassed}: Operation, nowMs: number): Memory {
  const share = guards.ramp ? rampShare({letters: counts.letters, round}) : 1
  const isCanaryOut = guards.canary !== null && !canaryPassed && (round.sent >= guards.canary || counts.pending === 0)
  return {
    ...memory,
    pace: guards.ratePerS === null ? null : paceAt(memory.pace, nowMs, guards.ratePerS * share),
    canarySentAtMs: isCanaryOut ? (memory.canarySentAtMs ?? nowMs) : null,
  }
}

/** What there is to decide on. */
export function standingOf(
  {recent, pace, canarySentAtMs}: Memory,
  {counts, round, canaryPassed}: Operation,
  erpSlow: string | null,
  nowMs: number,
): Standing {
  return {
    letters: counts.letters,
    pending: counts.pending,
    inFlight: counts.sent,
    round,
    canaryPassed,
    canarySentAgoMs: canarySentAtMs === null ? null : nowMs - canarySentAtMs,
    recent,
    erpSlow,
    allowed: pace === null ? Number.MAX_SAFE_INTEGER : Math.floor(pace.allowed),
  }
}
