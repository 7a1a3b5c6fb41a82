import type {Target} from '#lib/sandbox/erp/faults/aim.js'
import {functionModules} from './functions/function-modules.js'
import type {RfcRequest} from './request.js'
import type {UnitOfWork} from './unit-of-work.js'

/**
 * What the faults look at. A COMMIT of nothing is no COMMIT; that of something
 * carries all that it commits, so that a fault can be aimed by what is booked.
 */
export function targetOf(request: RfcRequest, work: UnitOfWork): Target {
  const method = request.op.toUpperCase()
  if (!('function' in request)) return {face: 'rfc', method, address: '', body: '', does: []}
  const target = {face: 'rfc', method, address: request.function} as const
  if (request.op === 'describe') return {...target, body: '', does: []}
  const does = functionModules.get(request.function)?.does ?? []
  const body = JSON.stringify(request.params)
  if (!does.includes('commit')) return {...target, body, does}
  const isEmpty = work.isEmpty && !does.includes('write')
  return {...target, body: `${work.input}\n${body}`, does: isEmpty ? [] : does}
}
