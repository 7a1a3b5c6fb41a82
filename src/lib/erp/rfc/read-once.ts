import type {ProbeOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Parameters} from './body.js'
import {judgeError, judgeLease} from './judge.js'
import {monotonicMs} from './protocol.js'
import type {Access} from './target.js'

export type ReadResult =
  {readonly ok: true; readonly answer: Parameters} | {readonly ok: false; readonly failure: Failure}

/** Calls one function that reads. Whatever becomes of it, nothing was booked. */
export async function readOnce(
  target: Access,
  name: string,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<ReadResult> {
  const {host, timeoutMs} = target
  const leased = await host.lease([name], monotonicMs() + timeoutMs, signal)
  if (leased.kind !== 'leased') return {ok: false, failure: judgeLease(target, leased, 'probe')}
  try {
    const result = await leased.lease.call(name, parameters, monotonicMs() + timeoutMs, signal)
    if (result.ok) return result
    const failure = judgeError(target, result.error, {phase: 'read', stage: 'probe', title: name})
    return {ok: false, failure: ofRead(failure)}
  } finally {
    leased.lease.release()
  }
}

/** A read leaves no doubt: what a message means for a call that books is not meant here. */
export function ofRead(failure: Failure): Failure {
  return failure.class === 'in_doubt' ? {...failure, class: 'transient', executed: 'no'} : failure
}

/** What these hits come to; one document may be hit more than once. */
export function foundOf(numbers: readonly (string | null)[]): ProbeOutcome {
  const distinct = [...new Set(numbers)]
  const [first, second] = distinct
  if (first === undefined) return {kind: 'absent'}
  if (second === undefined) return {kind: 'found', documentNumber: first}
  return {kind: 'several', documentNumbers: distinct.map((number) => number ?? '(none)')}
}
