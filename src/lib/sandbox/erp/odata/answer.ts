import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import type {World, WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {isWrite, type OdataRequest, type OdataResponse, type Place} from './exchange.js'
import {GatewayError, methodNotAllowed} from './gateway-error.js'
import type {Service} from './model.js'
import {protocols} from './protocols.js'
import {read} from './read.js'
import {parseResource} from './resource.js'
import {change, create, remove} from './write.js'

/** Answers one request, a write as a change set of its own. */
export function answer(world: World, place: Place, request: OdataRequest): OdataResponse {
  try {
    return world.transaction((tx) => carryOut(tx, place, request))
  } catch (error) {
    return problemResponse(place.service, error)
  }
}

/**
 * Carries out one request inside a change set.
 *
 * @throws GatewayError or Refusal; the change set is to be undone then.
 */
export function carryOut(tx: WorldTransaction, place: Place, request: OdataRequest): OdataResponse {
  const resource = parseResource(place.service, request.path)
  if (!isWrite(request.method)) return read(tx, place, request, resource)
  const refusal = place.refuse(request)
  if (refusal) throw refusal
  switch (request.method) {
    case 'POST':
      return create(tx, place, request, resource)
    case 'MERGE':
    case 'PATCH':
    case 'PUT':
      return change(tx, place, request, resource)
    case 'DELETE':
      return remove(tx, place, request, resource)
    default:
      throw methodNotAllowed(request.method, 'GET, HEAD, POST, PUT, PATCH, MERGE, DELETE')
  }
}

/** The error payload for whatever was thrown. What nobody foresaw is a 500, never a crash. */
export function problemResponse(service: Pick<Service, 'version' | 'namespace'>, thrown: unknown): OdataResponse {
  const {problem, headers} = protocols[service.version]
  const error = gatewayError(thrown)
  const {status, code, message, target = ''} = error
  return {
    status,
    headers: {...headers, ...error.headers, 'content-type': 'application/json; charset=utf-8'},
    body: JSON.stringify(problem({status, code, text: message, target}, service.namespace)),
  }
}

function gatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  if (thrown instanceof Refusal) {
    const {message, code, target} = thrown
    return new GatewayError(message, {status: 400, code, ...(target === undefined ? {} : {target})})
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new GatewayError(`The sandbox has a bug: ${text}`, {status: 500, code: 'UNCAUGHT_EXCEPTION'})
}
