import type {IncomingMessage} from 'node:http'
import type {Target} from '#lib/sandbox/erp/faults/aim.js'
import {isWrite, methodOf, type OdataRequest, splitUrl} from '#lib/sandbox/erp/odata/exchange.js'

/** A request that has come in whole; its path is still the one of the server. */
export function callOf({method = 'GET', url = '/', headers}: IncomingMessage, body: string): OdataRequest {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  )
  return {method: methodOf(method, plain), ...splitUrl(url), headers: plain, body}
}

/** What the faults look at. */
export function targetOf({method, path, query, body}: OdataRequest): Target {
  const address = query === '' ? path : `${path}?${query}`
  const does = isWrite(method) ? (['write', 'commit'] as const) : []
  return {face: 'odata', method, address: decodeLeniently(address), body, does}
}

function decodeLeniently(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}
