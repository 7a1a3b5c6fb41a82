import {setTimeout} from 'node:timers/promises'
import {refusalMessage} from '#lib/sandbox/erp/faults/refusal.js'
import {postIdoc} from '#lib/sandbox/erp/idoc/post-idoc.js'
import {readEnvelope, type Violation} from '#lib/sandbox/erp/idoc/read-envelope.js'
import {receiveIdoc} from '#lib/sandbox/erp/idoc/receive-idoc.js'
import {fieldOf} from '#lib/sandbox/erp/idoc/segment.js'
import {acceptedReply, faultReply} from '#lib/sandbox/erp/idoc/soap-reply.js'
import type {OdataRequest} from '#lib/sandbox/erp/odata/exchange.js'
import {textOf} from '#lib/sandbox/erp/world/dictionary.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import type {Reply} from './reply.js'
import type {SandboxState} from './sandbox-state.js'

/** Where IDocs are taken by SOAP. */
export const idocPath = '/sap/bc/srt/idoc'

export interface IdocCall {
  /** Keeps the IDoc, or refuses it. */
  readonly book: () => Reply
  /** Until then a second call with its message id is refused. */
  readonly end: () => void
}

/** Begins to take an IDoc in. It is posted by itself, soon after it was kept. */
export function beginIdocCall(state: SandboxState, call: OdataRequest, stopping: AbortSignal): IdocCall {
  const read = readEnvelope(call.body, call.headers['content-type'] ?? '')
  if (read.kind === 'violation') return refusal(read.violation)
  const {incoming} = read
  const {arckey, isExactlyOnce, idocType, control} = incoming
  if (isExactlyOnce && !state.idocsInProcess.begin(arckey)) return refusal(locked)
  const book = (): Reply => {
    const {world} = state
    const {number, isReady} = receiveIdoc(world, incoming, call.body)
    if (isReady) void postSoon(state, world, number, call.body, stopping)
    return acceptedReply(idocType, fieldOf(control, 'DOCNUM'), number)
  }
  return {book, end: () => (isExactlyOnce ? state.idocsInProcess.end(arckey) : undefined)}
}

function refusal(violation: Violation): IdocCall {
  return {book: () => faultReply(violation), end: () => {}}
}

/** Posts again what failed in the application, as transaction BD87 does, and says how many IDocs that were. */
export function repostIdocs(state: SandboxState): number {
  const failed = state.world.all('idoc').filter((row) => textOf(row, 'STATUS') === '51')
  for (const row of failed) post(state, state.world, textOf(row, 'DOCNUM'), textOf(row, 'XML'))
  return failed.length
}

/** Faults meant for the posting itself are aimed at this address. */
async function postSoon(
  state: SandboxState,
  world: World,
  number: string,
  body: string,
  stopping: AbortSignal,
): Promise<void> {
  const latencyMs = state.faults.takeLatencyMs({...postingTarget, body})
  try {
    await setTimeout(latencyMs, undefined, {signal: stopping})
  } catch {
    return
  }
  post(state, world, number, body)
}

function post(state: SandboxState, world: World, number: string, body: string): void {
  const fault = state.faults.takeRefusal({...postingTarget, body})
  postIdoc(world, number, fault && refusalMessage(fault))
}

const postingTarget = {
  face: 'odata',
  method: 'POST',
  address: `${idocPath}/posting`,
  does: ['write'],
} as const

const locked = {text: 'IDoc SOAP Namespace - Violation (MSGID_LOCKED)', cause: 'MSGID_LOCKED'}
