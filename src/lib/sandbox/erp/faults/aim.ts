import {escapeXml} from '#lib/kernel/xml.js'
import type {Fault} from './fault.js'

/** What a request does to the world: a BAPI writes, a COMMIT makes it last, an OData write does both. */
export type Step = 'write' | 'commit'

/** What a fault looks at to know whether a request is meant. */
export interface Target {
  readonly face: 'odata' | 'rfc'
  /** Of HTTP, or OPEN, DESCRIBE, INVOKE, PING and RESET. */
  readonly method: string
  /** Path and query, percent-decoded; or the name of a function. */
  readonly address: string
  /** For a COMMIT that is all that was given to the calls it commits. */
  readonly body: string
  readonly does: readonly Step[]
}

/** Makes the question whether a request is one the fault is meant for. */
export function aimOf(fault: Fault): (target: Target) => boolean {
  const {path, body, reference} = fault
  const pathPattern = path === undefined ? undefined : new RegExp(path)
  const bodyPattern = body === undefined ? undefined : new RegExp(body)
  return (target) =>
    hitsMethod(fault, target) &&
    (pathPattern?.test(target.address) ?? true) &&
    (bodyPattern?.test(target.body) ?? true) &&
    (reference === undefined || carries(target, reference))
}

/** Unless a method is named, faults about booking leave reads alone, and others the small talk of RFC. */
function hitsMethod(fault: Fault, {face, method, does}: Target): boolean {
  if (fault.method !== undefined) return fault.method === method
  switch (fault.kind) {
    case 'lock':
    case 'business-error':
    case 'expired-session':
      return does.includes('write')
    case 'drop-before-commit':
    case 'drop-after-commit':
      return does.includes('commit')
    case 'unavailable':
    case 'logon-refused':
      return face === 'odata' || method === 'OPEN'
    case 'latency':
    case 'hang':
    case 'dump':
      return face === 'odata' || method === 'INVOKE'
    case 'throttle':
    case 'truncated-body':
      return true
  }
}

/** Whole references only: a fault for ORDER-1 must not hit ORDER-10. */
function carries({address, body}: Target, reference: string): boolean {
  return (
    body.includes(JSON.stringify(reference)) ||
    body.includes(`>${escapeXml(reference)}<`) ||
    address.includes(`'${reference.replaceAll("'", "''")}'`)
  )
}
