import {once} from 'node:events'
import {setTimeout} from 'node:timers/promises'
import type {Target} from '#lib/sandbox/erp/faults/aim.js'
import {refusalMessage} from '#lib/sandbox/erp/faults/refusal.js'
import type {Credentials} from '#lib/sandbox/erp/gateway/basic-auth.js'
import type {SandboxState} from '#lib/sandbox/erp/gateway/sandbox-state.js'
import type {RfcStructure} from './field-type.js'
import {type Caller, describe} from './function-module.js'
import {functionNamed} from './functions/function-modules.js'
import {attributesOf, logOn, wrongPassword} from './logon.js'
import {readParameters} from './read-parameters.js'
import {answer, done, type Outcome} from './reply.js'
import type {InvokeRequest, OpenRequest, RfcRequest} from './request.js'
import {communicationFailure, dump, logonFailure, RfcError} from './rfc-error.js'
import {targetOf} from './target-of.js'
import {UnitOfWork} from './unit-of-work.js'

export interface RfcFace {
  readonly state: SandboxState
  readonly credentials: Credentials
  /** The sessions that are logged on. */
  readonly sessions: Set<RfcSession>
  /** How many may be logged on at once. */
  readonly mostSessions: number
  /** Aborted when the server closes. */
  readonly stopping: AbortSignal
}

/** The connection of a session. */
export interface Line {
  /** Aborted when the client has left. */
  readonly left: AbortSignal
  /** Resets the connection without a word. */
  readonly drop: () => void
}

/** One ABAP session: who is logged on, and the work of his that waits for a COMMIT. */
export class RfcSession {
  readonly #face: RfcFace
  readonly #line: Line
  readonly #work = new UnitOfWork()
  #caller: Caller | undefined

  constructor(face: RfcFace, line: Line) {
    this.#face = face
    this.#line = line
  }

  /** Does what one line asks for. What was registered for the update dies with the session. */
  async handle(request: RfcRequest): Promise<Outcome> {
    const {state} = this.#face
    if (request.op === 'invoke') state.requestBegins()
    try {
      return await this.#underFaults(request)
    } catch (thrown) {
      const error = thrown instanceof RfcError ? thrown : uncaught(thrown)
      if (error.endsSession) this.end()
      return {kind: 'error', error}
    } finally {
      if (request.op === 'invoke') state.requestEnds()
    }
  }

  end(): void {
    this.#work.rollback()
    this.#caller = undefined
    this.#face.sessions.delete(this)
  }

  /** A client that leaves while it waits does not stop what it has asked for: SAP does not stop for it either. */
  async #underFaults(request: RfcRequest): Promise<Outcome> {
    const {state, stopping} = this.#face
    const target = targetOf(request, this.#work)
    const latencyMs = state.faults.takeLatencyMs(target)
    if (latencyMs > 0) await setTimeout(latencyMs, undefined, {signal: stopping})
    const fault = state.faults.takeSession(target)
    switch (fault?.kind) {
      case undefined:
        return this.#dispatch(request, target)
      case 'unavailable':
      case 'drop-before-commit':
        return {kind: 'dropped'}
      case 'drop-after-commit':
        // An error of the function is lost with the line like its answer.
        await this.#dispatch(request, target).catch(() => undefined)
        return {kind: 'dropped'}
      case 'hang':
        await aborted(AbortSignal.any([this.#line.left, state.faults.cleared]))
        return {kind: 'dropped'}
      case 'logon-refused':
        throw wrongPassword()
      case 'dump':
        throw dump(fault.key, `Runtime error ${fault.key} has occurred.`)
    }
  }

  async #dispatch(request: RfcRequest, target: Target): Promise<Outcome> {
    if (request.op === 'open') return this.#open(request)
    if (!this.#caller) throw logonFailure('No logon has taken place')
    switch (request.op) {
      case 'ping':
        return done
      case 'reset':
        this.#work.rollback()
        return done
      case 'describe':
        return {kind: 'reply', body: describe(functionNamed(request.function))}
      case 'invoke':
        return this.#invoke(request, this.#caller, target)
    }
  }

  #open({params}: OpenRequest): Outcome {
    const parameters = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]))
    const {sessions, mostSessions, credentials} = this.#face
    if (sessions.size >= mostSessions && !sessions.has(this)) throw tooManySessions(mostSessions)
    this.#caller = logOn(credentials, parameters)
    sessions.add(this)
    return {kind: 'reply', body: {attributes: attributesOf(this.#caller, parameters)}}
  }

  async #invoke(request: InvokeRequest, caller: Caller, target: Target): Promise<Outcome> {
    const {state, stopping} = this.#face
    const called = functionNamed(request.function)
    const given = readParameters(called, request.params)
    const refusal = called.refuse && state.faults.takeRefusal(target)
    if (called.refuse && refusal) return answer(called.refuse({type: 'E', ...refusalMessage(refusal)}, this.#work))
    const call = {given, world: state.world, work: this.#work, caller, dropLine: this.#line.drop, stopping}
    return answer(withoutInactive(await called.run(call), request.inactive))
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

function tooManySessions(most: number): RfcError {
  return communicationFailure(`\nERROR       max no of ${most} conversations exceeded\nLOCATION    CPIC (TCP/IP)`)
}

function withoutInactive(params: RfcStructure, inactive: readonly string[]): RfcStructure {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !inactive.includes(name)))
}

/** A fault of this program is to the caller what one of ABAP is: a dump. */
function uncaught(thrown: unknown): RfcError {
  return dump('UNCAUGHT_EXCEPTION', thrown instanceof Error ? thrown.message : String(thrown))
}
