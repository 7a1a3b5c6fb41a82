import {z} from 'zod'
import type {RfcDestination} from '#lib/config/rfc-kind.js'
import type {PingOutcome} from '#lib/erp/connector.js'
import {findMessage} from '#lib/erp/message-table.js'
import {redactorOf} from '#lib/erp/http/redact.js'
import {describeFunction, type FunctionDescription} from '#lib/erp/rfc/describe-function.js'
import {RfcHost} from '#lib/erp/rfc/host.js'
import {judgeError, judgeLease} from '#lib/erp/rfc/judge.js'
import {describeObstacle} from '#lib/erp/rfc/obstacle.js'
import {pingSystem} from '#lib/erp/rfc/ping.js'
import {monotonicMs} from '#lib/erp/rfc/protocol.js'
import {readOnce} from '#lib/erp/rfc/read-once.js'
import {type Access, secretsOf} from '#lib/erp/rfc/target.js'
import type {Failure} from '#lib/kernel/failure.js'
import {callByHand, type CallRequest, type HandCall} from './call.js'

export type DescribeOutcome =
  | {readonly kind: 'described'; readonly description: FunctionDescription}
  | {readonly kind: 'unknown'}
  /** We are logged on, and are not told. */
  | {readonly kind: 'untold'; readonly failure: Failure}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** A destination that functions of it can be called in by hand, whatever its flows do. */
export interface RfcLine {
  /** What is missing on this machine; undefined for nothing. */
  readonly prepare: () => Promise<Failure | undefined>
  readonly ping: (signal: AbortSignal) => Promise<PingOutcome | {readonly failure: Failure}>
  readonly describe: (name: string, signal: AbortSignal) => Promise<DescribeOutcome>
  /** The names of functions that match a pattern with `*`; none where SAP does not tell. */
  readonly search: (pattern: string, signal: AbortSignal) => Promise<readonly string[]>
  readonly call: (request: CallRequest, signal: AbortSignal) => Promise<HandCall>
  readonly close: () => Promise<void>
}

/** Opens a process with SAP's library for one destination. Nothing is sent yet. */
export function openRfcLine(destination: Omit<RfcDestination, 'breaker'>): RfcLine {
  const {connection, sdk, timeout} = destination
  const host = new RfcHost({connection, sdk, max: 1})
  const access: Access = {
    host,
    // Nobody knows whether a function that is called by hand commits by itself.
    operation: {commit: 'internal'},
    timeoutMs: timeout,
    findMessage,
    redact: redactorOf(secretsOf(destination)),
  }
  return {
    prepare: async () => {
      const obstacle = await host.start()
      return obstacle && describeObstacle(obstacle)
    },
    ping: async (signal) => pingSystem(access, signal),
    describe: async (name, signal) => describe(access, name, signal),
    search: async (pattern, signal) => {
      const found = await readOnce(access, 'RFC_FUNCTION_SEARCH', {FUNCNAME: pattern}, signal)
      const rows = found.ok ? functionNames.safeParse(found.answer).data?.FUNCTIONS : undefined
      return (rows ?? []).map(({FUNCNAME}) => FUNCNAME)
    },
    call: async (request, signal) => callByHand(access, request, signal),
    close: async () => host.close(),
  }
}

async function describe(access: Access, name: string, signal: AbortSignal): Promise<DescribeOutcome> {
  const deadline = monotonicMs() + access.timeoutMs
  const leased = await access.host.lease([], deadline, signal)
  if (leased.kind !== 'leased') return {kind: 'failed', failure: judgeLease(access, leased, 'call')}
  try {
    const described = await describeFunction(name, async (called, parameters) =>
      leased.lease.call(called, parameters, deadline, signal),
    )
    if (described.ok) return {kind: 'described', description: described.description}
    const {error} = described
    if (error.key === 'FU_NOT_FOUND') return {kind: 'unknown'}
    const failure = judgeError(access, error, {phase: 'read', stage: 'call', title: `describing ${name}`})
    return {kind: failure.class === 'transient' ? 'failed' : 'untold', failure}
  } finally {
    leased.lease.release()
  }
}

const functionNames = z.object({FUNCTIONS: z.array(z.object({FUNCNAME: z.string()}))})
