import type {GatewayError} from './gateway-error.js'
import type {Service} from './model.js'

/** One OData request, as it came over HTTP or out of a batch. */
export interface OdataRequest {
  readonly method: string
  /** Below the root of the service, still percent-encoded. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface OdataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a request is carried out on. */
export interface Place {
  readonly service: Service
  /** The address of the service as the client reached it. */
  readonly root: string
  /** A fault that refuses this write, if one is set. */
  readonly refuse: (request: OdataRequest) => GatewayError | undefined
}

/** The method meant: clients behind strict proxies send POST and put it into a header. */
export function methodOf(method: string, headers: OdataRequest['headers']): string {
  return method === 'POST' ? (headers['x-http-method'] ?? method).toUpperCase() : method
}

export function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** Path and query of an address, both as they came. */
export function splitUrl(url: string): {readonly path: string; readonly query: string} {
  const mark = url.indexOf('?')
  return mark === -1 ? {path: url, query: ''} : {path: url.slice(0, mark), query: url.slice(mark + 1)}
}
