import type {Credentials} from '#lib/sandbox/erp/gateway/basic-auth.js'
import type {SandboxState} from '#lib/sandbox/erp/gateway/sandbox-state.js'
import {conform} from './conform.js'
import {initialValue, type RfcStructure, type RfcValue} from './field-type.js'
import {type Caller, describe, type FunctionModule} from './function-module.js'
import {functionModules} from './functions/function-modules.js'
import {attributesOf, logOn} from './logon.js'
import {answer, done, type Outcome} from './reply.js'
import type {InvokeRequest, OpenRequest, RfcRequest} from './request.js'
import {communicationFailure, dump, exceptionWithMessage, logonFailure, RfcError} from './rfc-error.js'
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
    try {
      return await this.#dispatch(request)
    } catch (thrown) {
      const error = thrown instanceof RfcError ? thrown : uncaught(thrown)
      if (error.endsSession) this.end()
      return {kind: 'error', error}
    }
  }

  end(): void {
    this.#work.rollback()
    this.#caller = undefined
    this.#face.sessions.delete(this)
  }

  async #dispatch(request: RfcRequest): Promise<Outcome> {
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
        return this.#invoke(request, this.#caller)
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

  async #invoke(request: InvokeRequest, caller: Caller): Promise<Outcome> {
    const {state, stopping} = this.#face
    const called = functionNamed(request.function)
    const given = readParameters(called, request.params)
    state.requestBegins()
    try {
      const call = {given, world: state.world, work: this.#work, caller, dropLine: this.#line.drop, stopping}
      return answer(withoutInactive(await called.run(call), request.inactive))
    } finally {
      state.requestEnds()
    }
  }
}

function tooManySessions(most: number): RfcError {
  return communicationFailure(`\nERROR       max no of ${most} conversations exceeded\nLOCATION    CPIC (TCP/IP)`)
}

function functionNamed(name: string): FunctionModule {
  const found = functionModules.get(name)
  if (found) return found
  throw exceptionWithMessage('FU_NOT_FOUND', {class: 'FL', type: 'E', number: '046', variables: [name]})
}

function readParameters({parameters}: FunctionModule, params: Readonly<Record<string, unknown>>): RfcStructure {
  const given = new Map(Object.entries(params))
  const inbound = parameters.filter(({direction}) => direction !== 'EXPORT')
  const values = inbound.map((parameter) => {
    const value = given.get(parameter.name) ?? parameter.default
    given.delete(parameter.name)
    return [parameter.name, value === undefined ? missing(parameter) : received(parameter, value)] as const
  })
  for (const [unknown] of given) throw conversionDump(unknown)
  return Object.fromEntries(values)
}

function missing(parameter: FunctionModule['parameters'][number]): RfcValue {
  if (parameter.isOptional) return initialValue(parameter)
  throw dump('CALL_FUNCTION_PARM_MISSING', `Parameter ${parameter.name} is missing in the call of the function module.`)
}

function received(parameter: FunctionModule['parameters'][number], value: unknown): RfcValue {
  const conformed = conform(parameter, value)
  if (conformed === undefined) throw conversionDump(parameter.name)
  return conformed
}

/** What SAP's library would have refused before sending it. */
function conversionDump(name: string): RfcError {
  return dump('RFC_CONVERSION_FIELD', `Error converting parameter ${name} during remote call.`)
}

function withoutInactive(params: RfcStructure, inactive: readonly string[]): RfcStructure {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !inactive.includes(name)))
}

/** A fault of this program is to the caller what one of ABAP is: a dump. */
function uncaught(thrown: unknown): RfcError {
  return dump('UNCAUGHT_EXCEPTION', thrown instanceof Error ? thrown.message : String(thrown))
}
