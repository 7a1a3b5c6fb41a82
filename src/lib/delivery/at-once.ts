import type {SubmitOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {wait} from '#lib/kernel/wait.js'
import {isOutage} from './sign.js'

/**
 * Calls SAP, and again after each of these waits while it fails in a way that
 * often passes in a moment (a lock, a lost race) and SAP has done nothing. To
 * the ledger all of it is one attempt: whatever happens in between, it is in flight.
 */
export async function callAgainAtOnce(
  call: () => Promise<SubmitOutcome>,
  waitsMs: readonly number[],
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  let outcome = await call()
  for (const waitMs of waitsMs) {
    if (outcome.kind !== 'failed' || !mayPassAtOnce(outcome.failure)) return outcome
    await wait(waitMs, signal)
    if (signal.aborted) return outcome
    outcome = await call()
  }
  return outcome
}

function mayPassAtOnce(failure: Failure): boolean {
  if (failure.executed !== 'no' || failure.retryAfterMs !== undefined || isOutage(failure)) return false
  return failure.class === 'transient' || failure.class === 'conflict'
}
