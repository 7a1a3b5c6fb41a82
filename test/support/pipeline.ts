import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {roles, runWorker, type WorkerSettings} from '#cli/run-worker.js'
import {allFlows, type Config, findFlow, loadConfig} from '#lib/config/load.js'
import {openDatabase, type Database} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {type Admissible, openDoor} from '#lib/intake/door.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import {lanes} from '#lib/kernel/lane.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {type SandboxErp, startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {declareTopology} from '#lib/topology/declare.js'
import {wantedTopology} from '#lib/topology/wanted.js'
import {eventually} from './eventually.js'
import {freshDatabase, type FreshDatabase} from './fresh-database.js'
import {freshVhost, type FreshVhost} from './fresh-vhost.js'
import {type Order, referenceOf} from './orders.js'
import type {RfcSdk} from './rfc-standin.js'
import {type RecordingLog, recordingLog} from './recording-log.js'

/** A worker that runs in the process of the test. */
export interface TestWorker {
  readonly log: RecordingLog
  /** Resolves or rejects as `runWorker` does. */
  readonly ended: Promise<void>
  /** Has it drain, and waits for its end. */
  readonly stop: () => Promise<void>
}

/** How a message stands in the ledger. */
export interface Standing {
  readonly reference: string
  readonly state: string
  readonly attempts: number
  readonly strikes: number
}

/** Everything from the door to SAP, for one test file alone. */
export interface Pipeline {
  readonly config: Config
  readonly configPath: string
  readonly database: Database
  readonly vhost: FreshVhost
  readonly erp: SandboxErp
  readonly admin: SandboxAdmin
  readonly push: (...documents: readonly Order[]) => Promise<readonly Verdict[]>
  /** Has SAP brought back to these states: messages of intent `resync`, as that resync makes them. */
  readonly resync: (resyncId: string, ...documents: readonly Order[]) => Promise<readonly Verdict[]>
  readonly startWorker: (settings?: Partial<WorkerSettings>, config?: Config) => Promise<TestWorker>
  /** Has a worker run until nothing is under way any more, and every dead message has its letter. */
  readonly workOff: (settings?: Partial<WorkerSettings>) => Promise<void>
  readonly standing: (document: Order) => Promise<Standing | undefined>
  /** Waits until the message of this document is in that state. */
  readonly reaches: (document: Order, state: string, timeoutMs?: number) => Promise<Standing>
  readonly isQuiet: () => Promise<boolean>
  /** Fails unless every message is synced or dead, every dead one has its letter, and SAP booked each synced one once. */
  readonly balance: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface PipelineOptions {
  readonly retry?: Readonly<Record<string, unknown>>
  readonly order?: Ordering
  readonly timeout?: string
  readonly settle?: string
  /** JSON Schema of the orders; by default one that lets in fields of any length beside those the mapping reads. */
  readonly schema?: object
  /** Servers of its own, which the test may stop; by default those all tests share. */
  readonly servers?: {readonly postgresUrl: string; readonly rabbitmqUrl: string; readonly managementUrl: string}
  /** Delivers by RFC and not by OData, upon this stand-in for SAP's library. */
  readonly rfc?: RfcSdk
  /** Settings of the destination, put over those of the tests. */
  readonly destination?: Readonly<Record<string, unknown>>
  /** Another way into SAP than that of the examples: the destination in place of it, and the operation. */
  readonly way?: {
    readonly destination: (erp: SandboxErp) => Readonly<Record<string, unknown>>
    readonly operation: Readonly<Record<string, unknown>>
  }
  /** The address of PostgreSQL as the workers are to use it. */
  readonly postgresUrl?: (url: string) => Promise<string>
}

export async function openPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const [fresh, vhost, erp, folder] = await Promise.all([
    options.servers === undefined ? freshDatabase(migrateDatabase) : ownDatabase(options.servers.postgresUrl),
    options.servers === undefined ? freshVhost() : ownBroker(options.servers),
    startSandboxErp({host: '127.0.0.1', port: 0, rfcPort: 0, ...account}),
    mkdtemp(join(tmpdir(), 'erpsync-pipeline-')),
  ])
  const rfcAddress = process.env.RFCSIM_ADDR
  // The processes that make the calls by RFC inherit it.
  if (options.rfc) process.env.RFCSIM_ADDR = `tcp:127.0.0.1:${erp.rfc?.port}`
  const configPath = join(folder, 'erpsync.yaml')
  const postgresUrl = options.postgresUrl === undefined ? fresh.url : await options.postgresUrl(fresh.url)
  await writeFile(join(folder, 'order.schema.json'), JSON.stringify(options.schema ?? schema))
  await writeFile(configPath, JSON.stringify(configuration(postgresUrl, vhost, erp, options), null, 2))
  const config = await loadConfig(configPath, {})
  await declare(config)
  const database = openDatabase(fresh.url)
  const workers = new Set<TestWorker>()
  const door = await openDoor(findFlow(config, 'sales-order'))
  const admin = sandboxAdmin({url: erp.url, ...account})

  const startWorker: Pipeline['startWorker'] = async (settings = {}, workerConfig = config) => {
    const worker = start(workerConfig, settings)
    workers.add(worker)
    if (settings.roles === undefined || settings.roles.includes('lanes')) {
      await Promise.race([eventually(() => worker.log.has('worker ready'), {timeoutMs: 30_000}), worker.ended])
    }
    return worker
  }
  const admit = async (documents: readonly Order[]): Promise<readonly Admissible[]> => {
    const admitted: Admissible[] = []
    // One after the other: a mapping's time limit counts while others run.
    for (const document of documents) {
      const check = await door.check(document)
      admitted.push(check.kind === 'admissible' ? check : assert.fail(JSON.stringify(check)))
    }
    return admitted
  }
  const isQuiet = async (): Promise<boolean> => {
    const {rows} = await database.query<{quiet: boolean}>(
      `select not exists (select from erpsync.message where phase not in ('over', 'dead')) as quiet`,
    )
    return rows[0]?.quiet === true
  }
  const isArchived = async (): Promise<boolean> => {
    const {rows} = await database.query<{archived: boolean}>(
      `select not exists (select from erpsync.message m
                           where m.state = 'dead'
                             and not exists (select from erpsync.dead_letter l
                                              where l.message_id = m.id and l.state = 'open')) as archived`,
    )
    return rows[0]?.archived === true
  }
  const standing = async (document: Order): Promise<Standing | undefined> => {
    const {rows} = await database.query<Standing & Record<string, unknown>>(
      'select reference, state, attempts, strikes from erpsync.message where reference = $1',
      [referenceOf(document)],
    )
    return rows[0]
  }

  return {
    config,
    configPath,
    database,
    vhost,
    erp,
    admin,
    startWorker,
    isQuiet,
    standing,
    push: async (...documents) => acceptDocuments(database, door, await admit(documents)),
    resync: async (resyncId, ...documents) => {
      const admitted = await admit(documents)
      return acceptDocuments(
        database,
        {...door, intent: 'resync'},
        admitted.map((one) => ({...one, idempotencyKey: `${one.key}@resync:${resyncId}`})),
      )
    },
    workOff: async (settings) => {
      const worker = await startWorker(settings)
      await eventually(async () => (await isQuiet()) && (await isArchived()), {timeoutMs: 30_000})
      await worker.stop()
    },
    reaches: async (document, state, timeoutMs = 15_000) => {
      let last: Standing | undefined
      const isThere = async (): Promise<boolean> => {
        last = await standing(document)
        return last?.state === state
      }
      await eventually(isThere, {timeoutMs}).catch(() => {})
      assert.equal(last?.state, state, `${referenceOf(document)} is ${JSON.stringify(last)}`)
      return last
    },
    balance: async () => balance(database, admin),
    close: async () => {
      await Promise.all([...workers].map(async (worker) => worker.stop().catch(() => {})))
      await database.close()
      if (rfcAddress === undefined) delete process.env.RFCSIM_ADDR
      else process.env.RFCSIM_ADDR = rfcAddress
      await Promise.all([
        fresh.drop(),
        vhost.drop(),
        erp.close().catch(() => {}),
        rm(folder, {recursive: true, force: true}),
      ])
    },
  }
}

async function ownDatabase(url: string): Promise<FreshDatabase> {
  const database = openDatabase(url, {max: 1})
  await migrateDatabase(database)
  await database.close()
  return {url, drop: async () => {}}
}

function ownBroker({rabbitmqUrl, managementUrl}: Required<PipelineOptions>['servers']): FreshVhost {
  return {url: rabbitmqUrl, managementUrl, vhost: '/', drop: async () => {}}
}

/** The flow of the examples, with times a test can wait for. */
function configuration(
  postgresUrl: string,
  vhost: FreshVhost,
  erp: SandboxErp,
  {retry = {}, timeout = '1s', settle = '300ms', destination = {}, order = 'none', rfc, way: other}: PipelineOptions,
) {
  const way =
    other === undefined ? (rfc === undefined ? byOData(erp, settle) : byRfc(rfc, settle)) : byOther(erp, other)
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: [vhost.url], managementUrl: vhost.managementUrl, prefix: 'test'},
    destinations: {sandbox: {...way.destination, timeout, ...destination}},
    flows: {
      'sales-order': {
        schema: 'order.schema.json',
        key: 'orderId',
        version: 'revision',
        order,
        destination: 'sandbox',
        operation: way.operation,
        retry: {delays: ['200ms', '400ms'], attempts: 3, maxAge: '1h', ...retry},
      },
    },
  }
}

function byOData(erp: SandboxErp, settle: string) {
  return {
    destination: {kind: 'odata', baseUrl: erp.baseUrl, auth: {basic: account}},
    operation: {
      service: 'API_SALES_ORDER_SRV',
      entitySet: 'A_SalesOrder',
      method: 'create',
      map: join(flowsFolder, 'sales-order.jsonata'),
      reference: 'PurchaseOrderByCustomer',
      result: 'SalesOrder',
      probe: {settle},
    },
  }
}

function byOther(erp: SandboxErp, {destination, operation}: NonNullable<PipelineOptions['way']>) {
  return {destination: {...destination(erp), auth: {basic: account}}, operation}
}

function byRfc(sdk: RfcSdk, settle: string) {
  const {user, password: passwd} = account
  return {
    destination: {kind: 'rfc', connection: {ashost: '127.0.0.1', sysnr: '00', client: '100', user, passwd}, sdk},
    operation: {
      steps: [
        {
          function: 'BAPI_SALESORDER_CREATEFROMDAT2',
          parameters: join(flowsFolder, '../rfc/sales-order.jsonata'),
          return: 'RETURN',
          result: 'SALESDOCUMENT',
        },
      ],
      commit: 'explicit',
      method: 'create',
      reference: 'ORDER_HEADER_IN.PURCH_NO_C',
      probe: {settle, table: 'VBAK', field: 'BSTNK', result: 'VBELN'},
    },
  }
}

async function declare(config: Config): Promise<void> {
  const flows = allFlows(config).map(({name, retry}) => ({name, delaysMs: retry.delays}))
  await declareTopology(config.rabbitmq.urls, wantedTopology({prefix: config.rabbitmq.prefix, flows}))
}

function start(config: Config, settings: Partial<WorkerSettings>): TestWorker {
  const stop = new AbortController()
  const log = recordingLog()
  const ended = runWorker(
    config,
    {flows: allFlows(config), lanes, roles, concurrency: 8, ...settings},
    log,
    stop.signal,
  )
  // A test that cares awaits it; an unhandled rejection would end the whole run.
  ended.catch(() => {})
  return {
    log,
    ended,
    stop: async () => {
      stop.abort()
      await ended
    },
  }
}

async function balance(database: Database, admin: SandboxAdmin): Promise<void> {
  const {rows} = await database.query<{reference: string; state: string; letters: number}>(
    `select m.reference, m.state,
            (select count(*)::integer from erpsync.dead_letter l where l.message_id = m.id and l.state = 'open') as letters
       from erpsync.message m
      order by m.seq`,
  )
  const effects = await admin.effects()
  const account = rows.map(({reference, state, letters}) => ({
    reference,
    state,
    letters,
    creates: effects.get(reference)?.creates ?? 0,
  }))
  const wrong = account.filter(
    ({state, letters, creates}) =>
      !(state === 'synced' && creates === 1 && letters === 0) && !(state === 'dead' && letters === 1 && creates <= 1),
  )
  assert.deepEqual(wrong, [])
  const known = new Set(account.map(({reference}) => reference))
  assert.deepEqual(
    [...effects.keys()].filter((reference) => !known.has(reference)),
    [],
  )
}

const schema = {type: 'object', required: ['orderId', 'revision', 'items']}
const account = {user: 'ERPSYNC', password: 's3cret'}
const flowsFolder = fileURLToPath(new URL('../../examples/flows', import.meta.url))
