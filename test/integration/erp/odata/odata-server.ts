import {createServer, type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {ErpDocument} from '#lib/erp/connector.js'
import {openODataConnector} from '#lib/erp/odata/connector.js'
import type {ODataDestination} from '#lib/erp/odata/session.js'

/** A write as the server saw it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server that hands out tokens and leaves all else to the test. */
export interface ODataServer {
  readonly baseUrl: string
  readonly seen: readonly SeenRequest[]
  readonly close: () => Promise<void>
}

type Handler = (request: SeenRequest, response: ServerResponse) => void

/** Starts a server whose service root gives a token and whose other answers come from the test. */
export async function startODataServer(handle: Handler, root: Handler = giveToken): Promise<ODataServer> {
  const seen: SeenRequest[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const {method = '', url = '', headers} = request
      const whole = {method, url, headers, body: Buffer.concat(chunks).toString()}
      seen.push(whole)
      if (url.endsWith('_SRV/')) root(whole, response)
      else handle(whole, response)
    })
  }
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {baseUrl: `http://127.0.0.1:${port}/sap`, seen, close}
}

export const giveToken: Handler = (_, response) => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-csrf-token': 'token-1',
    'set-cookie': ['SAP_SESSIONID_SBX_100=one; path=/', 'sap-usercontext=sap-client=100; path=/'],
  })
  response.end('{"d": {"EntitySets": []}}')
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {'content-type': 'application/json', ...headers})
  response.end(JSON.stringify(body))
}

export function destinationAt(baseUrl: string, changes: Partial<ODataDestination> = {}): ODataDestination {
  const auth = {basic: {user: 'ERPSYNC', password: 's3cret'}}
  return {kind: 'odata', baseUrl, auth, language: 'EN', timeout: 5000, ...changes}
}

export function operation(changes: Partial<ODataOperation> = {}): ODataOperation {
  return {
    kind: 'odata',
    protocol: 'v2',
    service: 'API_SALES_ORDER_SRV',
    entitySet: 'A_SalesOrder',
    method: 'create',
    map: 'unused.jsonata',
    reference: 'PurchaseOrderByCustomer',
    result: 'SalesOrder',
    probe: {settle: 0},
    messages: [],
    ...changes,
  }
}

export function connect(destination: ODataDestination, changes: Partial<ODataOperation> = {}) {
  return openODataConnector({destination, operation: operation(changes), destinationName: 's4'})
}

export const never: AbortSignal = new AbortController().signal

export const order: ErpDocument = {reference: 'A-1', body: {SalesOrderType: 'OR', to_Item: [{Material: 'TG10'}]}}
