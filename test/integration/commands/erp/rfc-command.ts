import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {requireRfcSdk} from '../../../support/rfc-standin.js'
import {type CliOptions, type CliResult, runCli, type RunningCli, startCli} from '../../../support/run-cli.js'

/** A sandbox ERP with both faces, and the built command line that knows it. */
export interface RfcCommand {
  readonly admin: SandboxAdmin
  readonly folder: string
  readonly run: (args: readonly string[], options?: Pick<CliOptions, 'env'>) => Promise<CliResult>
  readonly start: (args: readonly string[]) => RunningCli
  /** Runs a command, and reads what `--json` printed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
  readonly json: (args: readonly string[], options?: Pick<CliOptions, 'env'>) => Promise<any>
  readonly close: () => Promise<void>
}

interface RfcCommandSettings {
  readonly postgresUrl?: string
  /** More of the destination `ecc`, as YAML in one line. */
  readonly byHand?: string
  readonly sdk?: {readonly library: string; readonly module: string}
}

const account = {user: 'ERPSYNC', password: 's3cret'}

/** Starts it; skips the suite where the stand-in for SAP's library cannot be had. */
export async function openRfcCommand(context: Mocha.Context, settings: RfcCommandSettings = {}): Promise<RfcCommand> {
  const sdk = settings.sdk ?? (await requireRfcSdk(context))
  const erp = await startSandboxErp({host: '127.0.0.1', port: 0, rfcPort: 0, ...account})
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-rfc-command-'))
  const config = join(folder, 'erpsync.yaml')
  await writeFile(config, configOf(erp.baseUrl, sdk, settings))
  await writeFile(join(folder, 'number.jsonata'), '{"SALESDOCUMENT": $alpha(document.number, 10)}')
  await writeFile(join(folder, 'order.jsonata'), '{"ORDER_HEADER_IN": {"DOC_TYPE": "TA"}}')

  const known = {RFCSIM_ADDR: `tcp:127.0.0.1:${erp.rfc?.port}`, ERPSYNC_TEST_PASSWORD: account.password}
  const run: RfcCommand['run'] = async (args, {env = {}} = {}) =>
    runCli([...args, '--config', config], {env: {...known, ...env}})
  return {
    admin: sandboxAdmin({url: erp.url, ...account}),
    folder,
    run,
    start: (args) => startCli([...args, '--config', config], {env: known}),
    json: async (args, options) => JSON.parse((await run([...args, '--json'], options)).stdout),
    close: async () => {
      await erp.close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

function configOf(
  baseUrl: string,
  sdk: {readonly library: string; readonly module: string},
  {postgresUrl = 'postgres://127.0.0.1:1/unused', byHand = '{}'}: RfcCommandSettings,
): string {
  const ecc = (name: string) => `
  ${name}:
    kind: rfc
    connection:
      {ashost: 127.0.0.1, sysnr: "00", client: "100", user: ERPSYNC, passwd: "\${env:ERPSYNC_TEST_PASSWORD}"}
    sdk: {library: "${sdk.library}", module: "${sdk.module}"}
    timeout: 5s
    byHand: ${byHand}`
  return `
postgres: {url: "${postgresUrl}"}
rabbitmq: {urls: ["amqp://127.0.0.1:1"]}
destinations:${ecc('ecc')}${ecc('spare')}
  s4:
    kind: odata
    baseUrl: "${baseUrl}"
    auth: {basic: {user: ERPSYNC, password: "\${env:ERPSYNC_TEST_PASSWORD}"}}
flows:
  order-rfc: ${rfcFlow('{table: VBAK, field: BSTNK, result: VBELN}')}
  order-by-function: ${rfcFlow(
    '{function: BAPI_SALESORDER_GETSTATUS, parameters: number.jsonata, found: "STATUSINFO[PURCH_NO_C = $$.reference].DOC_NUMBER"}',
  )}
  order-odata: ${odataFlow('API_SALES_ORDER_SRV', 'method: create, entitySet: A_SalesOrder, result: SalesOrder')}
  partner: ${odataFlow(
    'API_BUSINESS_PARTNER',
    'method: update, entitySet: A_BusinessPartner, entityKey: [BusinessPartner], result: BusinessPartner',
  )}
  address: ${odataFlow(
    'API_BUSINESS_PARTNER',
    'method: update, entitySet: A_BusinessPartnerAddress, entityKey: [BusinessPartner, AddressID], result: AddressID',
  )}
`
}

function rfcFlow(probe: string): string {
  return `
    schema: order.schema.json
    key: orderId
    destination: ecc
    operation:
      steps: [{function: BAPI_SALESORDER_CREATEFROMDAT2, parameters: order.jsonata, result: SALESDOCUMENT}]
      commit: explicit
      method: create
      reference: ORDER_HEADER_IN.PURCH_NO_C
      probe: ${probe}`
}

function odataFlow(service: string, operation: string): string {
  return `
    schema: order.schema.json
    key: orderId
    destination: s4
    operation: {service: ${service}, map: order.jsonata, reference: PurchaseOrderByCustomer, ${operation}}`
}
