import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type Config, findFlow, loadConfig} from '#lib/config/load.js'
import {type Admissible, openDoor} from '#lib/intake/door.js'
import {acceptDocuments} from '#lib/intake/accept.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {buryAccepted} from './bury-accepted.js'
import {openLedger, type TestLedger} from './ledger.js'
import type {Order} from './orders.js'
import {type CliResult, runCli} from './run-cli.js'

/** A ledger with the flow of the examples (and another schema, if need be), and the command line beside it; no broker and no SAP. */
export interface RepairDesk extends TestLedger {
  readonly folder: string
  readonly config: Config
  /** Has documents accepted, and tells the ids of their messages. */
  readonly push: (...documents: readonly Order[]) => Promise<readonly string[]>
  /** Has documents die, and tells the ids of their letters. */
  readonly die: (documents: readonly Order[], changes?: Partial<Failure>) => Promise<readonly string[]>
  readonly file: (name: string, content: unknown) => Promise<string>
  readonly erpsync: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CliResult>
}

export async function openRepairDesk(order: Ordering = 'none', schema: unknown = null): Promise<RepairDesk> {
  const ledger = await openLedger()
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-repair-'))
  const configPath = join(folder, 'erpsync.yaml')
  const schemaPath = join(folder, 'order.schema.json')
  if (schema !== null) await writeFile(schemaPath, JSON.stringify(schema))
  await writeFile(
    configPath,
    JSON.stringify(
      configuration(ledger.url, order, schema === null ? join(flows, 'sales-order.schema.json') : schemaPath),
    ),
  )
  const config = await loadConfig(configPath, {})
  const door = await openDoor(findFlow(config, 'sales-order'))
  const push: RepairDesk['push'] = async (...documents) => {
    const checks: Admissible[] = []
    for (const document of documents) {
      const check = await door.check(document)
      if (check.kind === 'refused') throw new Error(JSON.stringify(check.problems))
      checks.push(check)
    }
    const verdicts = await acceptDocuments(ledger.database, door, checks)
    return verdicts.map((verdict) => ('id' in verdict ? verdict.id : JSON.stringify(verdict.problems)))
  }
  return {
    ...ledger,
    folder,
    config,
    push,
    die: async (documents, changes) => buryAccepted(ledger.database, await push(...documents), changes),
    file: async (name, content) => {
      const path = join(folder, name)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
    erpsync: async (args, env = {}) =>
      runCli(args, {cwd: folder, env: {ERPSYNC_CONFIG: configPath, ERPSYNC_ACTOR: 'ada', ...env}}),
    close: async () => {
      await ledger.close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

function configuration(url: string, order: Ordering, schema: string) {
  return {
    postgres: {url},
    rabbitmq: {urls: ['amqp://127.0.0.1:1']},
    destinations: {
      s4: {kind: 'odata', baseUrl: 'http://127.0.0.1:1', auth: {basic: {user: 'ERPSYNC', password: 's3cret'}}},
    },
    flows: {
      'sales-order': {
        schema,
        key: 'orderId',
        version: 'revision',
        order,
        destination: 's4',
        operation: {
          service: 'API_SALES_ORDER_SRV',
          entitySet: 'A_SalesOrder',
          method: 'create',
          map: join(flows, 'sales-order.jsonata'),
          reference: 'PurchaseOrderByCustomer',
          result: 'SalesOrder',
        },
      },
    },
  }
}

const flows = fileURLToPath(new URL('../../examples/flows', import.meta.url))
