import type {Fault} from './fault.js'

/** What a fault looks at to know whether a request is meant. */
export interface Target {
  readonly method: string
  /** Path and query, percent-decoded. */
  readonly address: string
  readonly body: string
}

/** Makes the question whether a request is one the fault is meant for. */
export function aimOf(fault: Fault): (target: Target) => boolean {
  const {path, body, reference} = fault
  const pathPattern = path === undefined ? undefined : new RegExp(path)
  const bodyPattern = body === undefined ? undefined : new RegExp(body)
  return (target) =>
    hitsMethod(fault, target.method) &&
    (pathPattern?.test(target.address) ?? true) &&
    (bodyPattern?.test(target.body) ?? true) &&
    (reference === undefined || carries(target, reference))
}

/** Faults about booking leave reads alone unless a method is named. */
function hitsMethod(fault: Fault, method: string): boolean {
  if (fault.method !== undefined) return fault.method === method
  switch (fault.kind) {
    case 'lock':
    case 'business-error':
    case 'drop-before-commit':
    case 'drop-after-commit':
    case 'expired-session':
      return method !== 'GET' && method !== 'HEAD'
    case 'latency':
    case 'unavailable':
    case 'throttle':
    case 'hang':
    case 'truncated-body':
      return true
  }
}

/** Whole references only: a fault for ORDER-1 must not hit ORDER-10. */
function carries({address, body}: Target, reference: string): boolean {
  return body.includes(JSON.stringify(reference)) || address.includes(`'${reference.replaceAll("'", "''")}'`)
}
