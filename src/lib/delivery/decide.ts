import {ladderFor} from '#lib/config/retry-policy.js'
import type {RetrySettings} from '#lib/config/schema.js'
import type {ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {isOutage} from './sign.js'

/**
 * What to do after SAP was called or asked:
 *
 * - `synced`: SAP has it
 * - `retry`: another attempt, by way of a delay tier
 * - `postpone`: another attempt when SAP may take it; costs nothing
 * - `resend`: SAP does not know it; the one attempt that follows a look-up in vain
 * - `look_up`: ask SAP in a while what became of it
 * - `bury`: a dead letter
 */
export type Decision =
  | {readonly kind: 'synced'; readonly documentNumber: string | null; readonly answer?: unknown}
  | {readonly kind: 'retry'; readonly failure: Failure; readonly tierMs: number}
  | {readonly kind: 'postpone'; readonly failure: Failure; readonly waitMs: number}
  | {readonly kind: 'resend'; readonly failure: Failure}
  | {readonly kind: 'look_up'; readonly failure: Failure; readonly waitMs: number}
  | {readonly kind: 'bury'; readonly failure: Failure}

/** What a decision needs to know of the message. */
export interface History {
  /** Calls begun, this one included. */
  readonly attempts: number
  /** Attempts that failed and counted, before this one. */
  readonly strikes: number
  readonly resends: number
  readonly ageMs: number
}

export interface Policy {
  readonly retry: RetrySettings
  /** How long a look-up that finds nothing is not yet believed. */
  readonly settleMs: number
}

/** Decides after a call. `random` in [0, 1) picks among the tiers. */
export function decideAfterCall(outcome: SubmitOutcome, history: History, policy: Policy, random: number): Decision {
  switch (outcome.kind) {
    case 'done':
      return {...outcome, kind: 'synced'}
    case 'accepted':
      return {kind: 'look_up', failure: undecided(outcome.documentNumber), waitMs: policy.settleMs}
    case 'failed':
      return decideAfterFailure(outcome.failure, history, policy, random)
  }
}

/** Decides after SAP was asked what became of a call in doubt. */
export function decideAfterProbe(outcome: ProbeOutcome, history: History, policy: Policy): Decision {
  switch (outcome.kind) {
    case 'found':
      return {kind: 'synced', documentNumber: outcome.documentNumber}
    case 'several':
      return {kind: 'bury', failure: duplicateSuspected(outcome.documentNumbers)}
    case 'absent':
      if (history.resends > 0) return {kind: 'bury', failure: unresolved}
      // The call in doubt is not counted yet; the resend counts it.
      return history.strikes < policy.retry.attempts && history.ageMs <= policy.retry.maxAge
        ? {kind: 'resend', failure: notFound}
        : {kind: 'bury', failure: givenUpUnfound}
    case 'repeatable':
      return history.strikes + 1 < policy.retry.attempts && history.ageMs <= policy.retry.maxAge
        ? {kind: 'resend', failure: repeated}
        : {kind: 'bury', failure: givenUpUnasked}
    case 'pending':
      return history.ageMs > policy.retry.maxAge
        ? {kind: 'bury', failure: outcome.failure}
        : {kind: 'look_up', failure: outcome.failure, waitMs: pendingWait(history, policy)}
    case 'refused':
      return {kind: 'bury', failure: outcome.failure}
    case 'failed':
      // Asking again would not help: it is for a person to find out, and nobody else has to wait for that.
      if (outcome.failure.class === 'in_doubt') return {kind: 'bury', failure: outcome.failure}
      if (outcome.failure.class === 'config') return {kind: 'look_up', failure: outcome.failure, waitMs: refusedWaitMs}
      return history.ageMs > policy.retry.maxAge
        ? {kind: 'bury', failure: {...unresolved, text: `SAP could not be asked: ${outcome.failure.text}`}}
        : {kind: 'look_up', failure: outcome.failure, waitMs: policy.settleMs}
  }
}

/** Grows with the age, for what SAP has not decided on soon it may not decide on before its next job. */
function pendingWait({ageMs}: History, {settleMs}: Policy): number {
  return Math.max(settleMs, Math.min(ageMs / 4, mostPendingWaitMs))
}

function decideAfterFailure(failure: Failure, history: History, policy: Policy, random: number): Decision {
  // Whatever else went wrong: what SAP may have is never sent again before SAP was asked.
  if (failure.executed !== 'no' && failure.class !== 'permanent') {
    return {kind: 'look_up', failure, waitMs: policy.settleMs}
  }
  switch (failure.class) {
    case 'in_doubt':
      return {kind: 'look_up', failure, waitMs: policy.settleMs}
    case 'permanent':
      return {kind: 'bury', failure}
    case 'config':
      return {kind: 'postpone', failure, waitMs: refusedWaitMs}
    case 'throttled':
      return postponeWhileYoung(failure, history, policy, defaultPostponeMs)
    case 'transient':
    case 'conflict':
      if (isOutage(failure)) return postponeWhileYoung(failure, history, policy, outageWait(history, policy.retry))
      if (failure.retryAfterMs !== undefined) return postponeWhileYoung(failure, history, policy, defaultPostponeMs)
      return retryOrBury(failure, history, policy, random)
  }
}

/** SAP asked for less, named a time, or is away: that is no fault of the message, but its age has a limit. */
function postponeWhileYoung(failure: Failure, {ageMs}: History, {retry}: Policy, usualMs: number): Decision {
  if (ageMs > retry.maxAge) return {kind: 'bury', failure}
  return {kind: 'postpone', failure, waitMs: failure.retryAfterMs ?? usualMs}
}

/** Grows with the calls begun, for a service that is away by itself trips no breaker; not so far that nobody notices its return. */
function outageWait({attempts}: History, {delays}: RetrySettings): number {
  const delay = delays[Math.min(attempts, delays.length) - 1] ?? defaultPostponeMs
  return Math.min(Math.max(delay, leastOutageWaitMs), mostOutageWaitMs)
}

function retryOrBury(failure: Failure, {strikes, ageMs}: History, {retry}: Policy, random: number): Decision {
  const {delays, attempts} = ladderFor(retry, failure.class)
  if (strikes + 1 >= Math.min(attempts, failure.mostAttempts ?? attempts) || ageMs > retry.maxAge)
    return {kind: 'bury', failure}
  return {kind: 'retry', failure, tierMs: pickTier(delays, strikes, random)}
}

/**
 * Tiers have fixed times, so jitter is a pick among them: mostly the tier whose
 * turn it is, sometimes the next longer one, so that a crowd does not come back at once.
 */
function pickTier(delays: readonly number[], strikes: number, random: number): number {
  const turn = Math.min(strikes, delays.length - 1)
  const longer = Math.min(turn + 1, delays.length - 1)
  return delays[random < longerTierShare ? longer : turn] ?? 0
}

const longerTierShare = 0.2
const defaultPostponeMs = 30_000
/** The gate pauses what SAP refuses; there the copy waits for a person, however old it becomes. */
const refusedWaitMs = 5000
const leastOutageWaitMs = 1000
const mostOutageWaitMs = 120_000
const mostPendingWaitMs = 600_000

const notFound: Failure = {
  class: 'in_doubt',
  executed: 'no',
  code: 'probe:absent',
  text: 'SAP does not know the reference; it is sent once more.',
  stage: 'probe',
}

const unresolved: Failure = {
  class: 'in_doubt',
  executed: 'unknown',
  code: 'probe:in_doubt',
  text: 'SAP does not know the reference, and it was sent again before: a person must look.',
  stage: 'probe',
}

const givenUpUnfound: Failure = {
  ...unresolved,
  text: 'SAP does not know the reference; the attempts or the time to send it again are used up.',
}

const repeated: Failure = {
  class: 'in_doubt',
  executed: 'unknown',
  code: 'probe:repeatable',
  text: 'SAP takes this document once, and cannot be asked for it; it is sent again.',
  stage: 'probe',
}

const givenUpUnasked: Failure = {
  ...unresolved,
  text: 'SAP cannot be asked for this document; the attempts or the time to send it again are used up.',
}

function undecided(documentNumber: string | null): Failure {
  return {
    class: 'in_doubt',
    executed: 'unknown',
    code: 'erp:accepted',
    text: `SAP has accepted the document${documentNumber === null ? '' : ` as ${documentNumber}`} and decides on it later.`,
    stage: 'call',
  }
}

function duplicateSuspected(documentNumbers: readonly string[]): Failure {
  return {
    class: 'in_doubt',
    executed: 'yes',
    code: 'probe:duplicate_suspected',
    text: `SAP has several documents with the reference: ${documentNumbers.join(', ')}`,
    stage: 'probe',
  }
}
