import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {RfcDestination, RfcOperation} from '#lib/config/rfc-kind.js'
import type {ErpConnector, ErpDocument} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {type SandboxErp, startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {requireRfcSdk, type RfcSdk} from '../../../support/rfc-standin.js'

export const account = {user: 'ERPSYNC', password: 's3cret'}

/** A sandbox ERP and what it takes to call it by RFC, for one test file. */
export interface RfcSetup {
  readonly erp: SandboxErp
  readonly admin: SandboxAdmin
  readonly sdk: RfcSdk
  readonly folder: string
  /** Settings of a destination; each call gives new ones, and so a process of its own. */
  readonly destination: (changes?: Partial<RfcDestination>) => RfcDestination
  /** Opens a connector that the setup closes in the end. */
  readonly connect: (operation: RfcOperation, destination?: RfcDestination) => ErpConnector
  readonly close: () => Promise<void>
}

/** Starts it; skips the suite where the stand-in for SAP's library cannot be had. */
export async function setupRfc(context: Mocha.Context): Promise<RfcSetup> {
  const sdk = await requireRfcSdk(context)
  const erp = await startSandboxErp({host: '127.0.0.1', port: 0, rfcPort: 0, ...account})
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-rfc-test-'))
  const before = process.env.RFCSIM_ADDR
  // The processes of the connectors inherit it.
  process.env.RFCSIM_ADDR = `tcp:127.0.0.1:${erp.rfc?.port}`
  const connectors: ErpConnector[] = []
  const destination: RfcSetup['destination'] = (changes = {}) => ({
    kind: 'rfc',
    connection: {
      ashost: '127.0.0.1',
      sysnr: '00',
      client: '100',
      user: account.user,
      passwd: account.password,
      lang: 'EN',
    },
    sdk,
    timeout: 5000,
    limits: {concurrency: 4, closed: []},
    breaker: {failures: 5, within: 60_000, probeEvery: 30_000},
    ...changes,
  })
  return {
    erp,
    admin: sandboxAdmin({url: erp.url, ...account}),
    sdk,
    folder,
    destination,
    connect: (operation, to = destination()) => {
      const connector = openConnector('ecc', to, operation, 'f')
      connectors.push(connector)
      return connector
    },
    close: async () => {
      await Promise.all(connectors.map(async (connector) => connector.close()))
      if (before === undefined) delete process.env.RFCSIM_ADDR
      else process.env.RFCSIM_ADDR = before
      await erp.close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

/** Creating a sales order as SAP's customers do. */
export function salesOrder(changes: Partial<RfcOperation> = {}): RfcOperation {
  return {
    kind: 'rfc',
    steps: [
      {
        function: 'BAPI_SALESORDER_CREATEFROMDAT2',
        parameters: 'unused.jsonata',
        return: 'RETURN',
        result: 'SALESDOCUMENT',
      },
    ],
    commit: 'explicit',
    method: 'create',
    reference: 'ORDER_HEADER_IN.PURCH_NO_C',
    probe: {kind: 'table', settle: 0, table: 'VBAK', field: 'BSTNK', result: 'VBELN'},
    messages: [],
    ...changes,
  }
}

/** A function of a customer's own that commits by itself. */
export function ownFunction(changes: Partial<RfcOperation> = {}): RfcOperation {
  return salesOrder({
    steps: [
      {function: 'Z_ERPSYNC_ORDER_CREATE', parameters: 'unused.jsonata', return: 'ET_RETURN', result: 'EV_VBELN'},
    ],
    commit: 'internal',
    reference: 'IV_BSTKD',
    ...changes,
  })
}

/** An operation that calls one function and books nothing, to see how its errors arrive. */
export function onlyCalls(name: string, changes: Partial<RfcOperation> = {}): RfcOperation {
  return salesOrder({
    steps: [{function: name, parameters: 'unused.jsonata'}],
    method: 'change',
    commit: 'none',
    ...changes,
  })
}

export function documentOf(reference: string, ...steps: readonly object[]): ErpDocument {
  return {reference, body: {document: {reference}, steps}}
}

export function orderDocument(reference: string, changes: object = {}): ErpDocument {
  return documentOf(reference, {
    ORDER_HEADER_IN: {DOC_TYPE: 'TA', SALES_ORG: '1010', DISTR_CHAN: '10', DIVISION: '00'},
    ORDER_ITEMS_IN: [{ITM_NUMBER: '000010', MATERIAL: 'TG11', TARGET_QTY: '2', TARGET_QU: 'ST'}],
    ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB: customer}],
    ...changes,
  })
}

export function ownDocument(reference: string, changes: object = {}): ErpDocument {
  return documentOf(reference, {
    IV_VKORG: '1010',
    IV_VTWEG: '10',
    IV_SPART: '00',
    IV_KUNNR: customer,
    IT_ITEMS: [{MATNR: 'TG11', MENGE: '2', VRKME: 'ST'}],
    ...changes,
  })
}

/** A mapping file of the test's own. */
export async function writeMapping(folder: string, name: string, source: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, source)
  return path
}

export const never: AbortSignal = new AbortController().signal

const customer = 'USCU_S12'
