import type {Parameters} from '#lib/erp/rfc/body.js'
import type {FunctionDescription} from '#lib/erp/rfc/describe-function.js'
import {interfaceOf} from '#lib/erp/rfc/interface.js'
import {judgeError, judgeLease, judgeReturn} from '#lib/erp/rfc/judge.js'
import type {CallResult, Lease} from '#lib/erp/rfc/lease.js'
import type {Phase} from '#lib/erp/rfc/classify.js'
import {monotonicMs} from '#lib/erp/rfc/protocol.js'
import {errorsAmong, messageParameters, readMessages, type SapMessage} from '#lib/erp/rfc/return-messages.js'
import {type Access, commitFunction, rollbackFunction} from '#lib/erp/rfc/target.js'
import type {Failure} from '#lib/kernel/failure.js'

export interface CallRequest {
  readonly name: string
  readonly parameters: Parameters
  /** As far as SAP told. */
  readonly description: FunctionDescription | undefined
  /** Whether a COMMIT follows, unless the function answers with errors. */
  readonly commits: boolean
}

export type HandCall =
  | {
      readonly kind: 'answered'
      readonly answer: Parameters
      readonly messages: readonly SapMessage[]
      readonly isCommitted: boolean
      readonly latencyMs: number
    }
  | {readonly kind: 'failed'; readonly failure: Failure}

/** Calls a function, and has SAP commit what it did if that is wanted and it answered without errors. */
export async function callByHand(access: Access, request: CallRequest, signal: AbortSignal): Promise<HandCall> {
  const {name, commits} = request
  const warm = commits ? [name, commitFunction, rollbackFunction] : [name]
  const leased = await access.host.lease(warm, monotonicMs() + access.timeoutMs, signal)
  if (leased.kind !== 'leased') return {kind: 'failed', failure: judgeLease(access, leased, 'call')}
  try {
    return await callOn(access, leased.lease, request, signal)
  } finally {
    leased.lease.release()
  }
}

async function callOn(
  access: Access,
  lease: Lease,
  {name, parameters, description, commits}: CallRequest,
  signal: AbortSignal,
): Promise<HandCall> {
  const call = async (called: string, given: Parameters): Promise<CallResult> =>
    lease.call(called, given, monotonicMs() + access.timeoutMs, signal)
  const occasion = (phase: Phase, title: string) => ({phase, stage: 'call', title}) as const

  const startedAt = performance.now()
  const result = await call(name, parameters)
  const latencyMs = Math.round(performance.now() - startedAt)
  const phase = commits ? 'bapi' : 'read'
  if (!result.ok) return {kind: 'failed', failure: judgeError(access, result.error, occasion(phase, name))}
  const {answer} = result
  const messages = messagesOf(answer, description)
  const isWrong = errorsAmong(messages).length > 0
  if (!commits || isWrong) {
    // For good order: the end of the session does the same.
    if (commits) await lease.call(rollbackFunction, {}, monotonicMs() + rollbackMs, signal)
    return {kind: 'answered', answer, messages, isCommitted: false, latencyMs}
  }

  const commit = await call(commitFunction, {WAIT: 'X'})
  if (!commit.ok) return {kind: 'failed', failure: judgeError(access, commit.error, occasion('commit', commitFunction))}
  const [error, ...more] = errorsAmong(readMessages(commit.answer, 'RETURN'))
  if (error !== undefined)
    return {kind: 'failed', failure: judgeReturn(access, [error, ...more], occasion('commit', commitFunction))}
  return {kind: 'answered', answer, messages, isCommitted: true, latencyMs}
}

/** SAP's messages, wherever the function gives them. */
function messagesOf(answer: Parameters, description: FunctionDescription | undefined): readonly SapMessage[] {
  const names = messageParameters(description && interfaceOf(description))
  return names.flatMap((name) => readMessages(answer, name))
}

const rollbackMs = 5000
