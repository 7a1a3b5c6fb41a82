import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {type RfcAddress, type SandboxErp, startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs?: number
}

/** A client that is logged on and has fetched its token. */
export interface Client {
  readonly send: (method: string, address: string, call?: Call) => Promise<Answer>
  /** Headers of its session, to be sent by hand. */
  readonly session: Readonly<Record<string, string>>
}

export interface Setup {
  readonly erp: SandboxErp
  readonly admin: SandboxAdmin
  readonly client: Client
  readonly orders: string
  readonly partners: string
  readonly products: string
  readonly v4: string
  readonly close: () => Promise<void>
}

const access = {user: 'ERPSYNC', password: 'secret'}

export const authorization = `Basic ${Buffer.from('ERPSYNC:secret').toString('base64')}`

/** Starts a sandbox ERP of its own on a free port. */
export async function setupSandboxErp(): Promise<Setup> {
  return clientsOf(await startSandboxErp({host: '127.0.0.1', port: 0, ...access}))
}

export interface BothFaces extends Setup {
  readonly rfc: RfcAddress
}

/** The same with its RFC face on another free port. */
export async function setupBothFaces(mostRfcSessions = 200): Promise<BothFaces> {
  const erp = await startSandboxErp({host: '127.0.0.1', port: 0, rfcPort: 0, mostRfcSessions, ...access})
  return {...(await clientsOf(erp)), rfc: erp.rfc!}
}

async function clientsOf(erp: SandboxErp): Promise<Setup> {
  return {
    erp,
    admin: sandboxAdmin({url: erp.url, ...access}),
    client: await logOn(erp),
    orders: `${erp.baseUrl}/API_SALES_ORDER_SRV`,
    partners: `${erp.baseUrl}/API_BUSINESS_PARTNER`,
    products: `${erp.baseUrl}/API_PRODUCT_SRV`,
    v4: `${erp.url}/sap/opu/odata4/sap/api_salesorder/srvd_a2x/sap/salesorder/0001`,
    close: erp.close,
  }
}

export async function logOn(erp: SandboxErp): Promise<Client> {
  const fetched = await send('GET', `${erp.baseUrl}/API_SALES_ORDER_SRV/`, {headers: {'x-csrf-token': 'Fetch'}})
  const session = {
    'x-csrf-token': fetched.headers.get('x-csrf-token') ?? '',
    cookie: fetched.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  }
  return {
    session,
    send: async (method, address, call = {}) =>
      send(method, address, {...call, headers: {...session, ...call.headers}}),
  }
}

/** Sends a request with nothing but the logon. A body that is no text goes as JSON. */
export async function send(method: string, address: string, call: Call = {}): Promise<Answer> {
  const {headers = {}, body, timeoutMs = 5000} = call
  const response = await fetch(address, {
    method,
    headers: {authorization, ...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
  })
  return {status: response.status, headers: response.headers, text: await response.text()}
}

/** The JSON of an answer, as loosely typed as a test needs it. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
export function json(answer: Answer): any {
  return JSON.parse(answer.text)
}

export function order(reference: string, more: object = {}): object {
  return {
    SalesOrderType: 'OR',
    SoldToParty: 'USCU_S12',
    PurchaseOrderByCustomer: reference,
    TransactionCurrency: 'USD',
    to_Item: [
      {Material: 'TG11', RequestedQuantity: '2'},
      {Material: 'TG12', RequestedQuantity: '5.5'},
    ],
    ...more,
  }
}

/** The `code` of the error a request ended in, looked for along the causes. */
export async function brokenBy(request: Promise<unknown>): Promise<string | undefined> {
  try {
    await request
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if ('code' in cause && typeof cause.code === 'string') return cause.code
    }
    return error instanceof Error ? error.name : 'unknown'
  }
  return undefined
}
