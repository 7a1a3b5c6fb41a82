import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {setTimeout} from 'node:timers/promises'
import {isWrite, type OdataRequest} from '#lib/sandbox/erp/odata/exchange.js'
import {adminRoot, answerAdmin} from './admin.js'
import {answerService} from './answer-service.js'
import {callOf, targetOf} from './call.js'
import {beginIdocCall, idocPath} from './idoc-call.js'
import {logonFailed, tokenRequired, tooLarge, tooManyRequests, unavailable} from './fixed-replies.js'
import {readBody} from './read-body.js'
import {dropLine, type Reply, sendHalf, sendReply} from './reply.js'
import type {SandboxState} from './sandbox-state.js'
import type {Session} from './sessions.js'

export interface Gateway {
  readonly state: SandboxState
  readonly isAuthorized: (authorization: string | undefined) => boolean
  /** Aborted when the server closes. */
  readonly stopping: AbortSignal
}

/**
 * The way of a request: logon, admin endpoints, session and token, faults, service.
 * The token is asked for before the faults, so that a client which must fetch
 * a new one does not use up the fault that was meant for its booking.
 */
export async function handleRequest(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const {state, isAuthorized} = gateway
  const body = await readBody(request)
  if (body === undefined) return sendReply(response, tooLarge)
  if (!isAuthorized(request.headers.authorization)) return sendReply(response, logonFailed)
  const call = callOf(request, body)
  if (call.path.startsWith(adminRoot)) {
    return sendReply(response, answerAdmin(state, {...call, path: call.path.slice(adminRoot.length)}))
  }
  state.requestBegins()
  try {
    await answerRequest(gateway, call, response)
  } finally {
    state.requestEnds()
  }
}

async function answerRequest(gateway: Gateway, call: OdataRequest, response: ServerResponse): Promise<void> {
  const {state} = gateway
  if (call.path === idocPath) return answerIdoc(gateway, call, response)
  const session = state.sessions.find(call.headers.cookie)
  if (isWrite(call.method) && (!session || call.headers['x-csrf-token'] !== session.token)) {
    return sendReply(response, tokenRequired)
  }
  return answerWithFaults(gateway, call, session, () => answerService(state, call, session), response)
}

/** SOAP knows no session and asks for no token. */
async function answerIdoc(gateway: Gateway, call: OdataRequest, response: ServerResponse): Promise<void> {
  const {book, end} = beginIdocCall(gateway.state, call, gateway.stopping)
  try {
    await answerWithFaults(gateway, call, undefined, book, response)
  } finally {
    end()
  }
}

/** A client that leaves while it waits is booked all the same: SAP does not stop for it either. */
async function answerWithFaults(
  {state, stopping}: Gateway,
  call: OdataRequest,
  session: Session | undefined,
  book: () => Reply,
  response: ServerResponse,
): Promise<void> {
  const target = targetOf(call)
  const latencyMs = state.faults.takeLatencyMs(target)
  if (latencyMs > 0) await setTimeout(latencyMs, undefined, {signal: stopping})
  const fault = state.faults.takeTransport(target)
  switch (fault?.kind) {
    case undefined:
      return sendReply(response, book())
    case 'unavailable':
      return sendReply(response, unavailable(fault.retryAfterSeconds))
    case 'throttle':
      return sendReply(response, tooManyRequests(fault.retryAfterSeconds))
    case 'logon-refused':
      return sendReply(response, logonFailed)
    case 'expired-session':
      if (call.path === idocPath) return sendReply(response, book())
      if (session) state.sessions.end(session)
      return sendReply(response, tokenRequired)
    case 'drop-before-commit':
      return dropLine(response)
    case 'drop-after-commit':
      book()
      return dropLine(response)
    case 'truncated-body':
      return sendHalf(response, book())
    case 'hang':
      return hang(response, state.faults.cleared)
  }
}

/** Never answers: the wait ends when the client leaves, the faults are cleared or the server closes. */
async function hang(response: ServerResponse, cleared: AbortSignal): Promise<void> {
  try {
    await once(response, 'close', {signal: cleared})
  } catch {
    dropLine(response)
  }
}
