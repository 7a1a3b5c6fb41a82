import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openDatabase, type Database} from '#lib/db/database.js'
import {freshDatabase} from './fresh-database.js'
import {openLedger, type TestLedger} from './ledger.js'
import {type CliOptions, type CliResult, runCli, type RunningCli, startCli} from './run-cli.js'

/** A row of an inbox, as far as its application may see it. */
export interface SeenRow {
  readonly id: string
  readonly flow: string
  readonly taken: boolean
  readonly outcome: string | null
  readonly message_id: string | null
  readonly problems: readonly {readonly field: string; readonly message: string}[] | null
}

/** A ledger, and a shop with a PostgreSQL of its own whose inbox is called `shop`. */
export interface InboxStage {
  readonly ledger: TestLedger
  readonly shop: Database
  readonly shopUrl: string
  readonly configPath: string
  readonly erpsync: (args: readonly string[], options?: CliOptions) => Promise<CliResult>
  readonly start: (...args: readonly string[]) => RunningCli
  /** Writes the configuration anew, with other settings of the inbox. */
  readonly configure: (inbox: Readonly<Record<string, unknown>>) => Promise<void>
  /** Inserts documents in one transaction, and gives the ids of their rows. */
  readonly insert: (flow: string, ...documents: readonly unknown[]) => Promise<readonly string[]>
  /** Rows in the order they were inserted. */
  readonly rows: () => Promise<readonly SeenRow[]>
  readonly waiting: () => Promise<number>
  /** Messages in the ledger, in the order they were accepted. */
  readonly messages: () => Promise<readonly {readonly id: string; readonly key: string; readonly identity: string}[]>
  readonly close: () => Promise<void>
}

export interface StageOptions {
  /** Settings of the inbox, beside its address. */
  readonly inbox?: Readonly<Record<string, unknown>>
  /** The addresses as the command is to use them. */
  readonly ledgerUrl?: (url: string) => Promise<string>
  readonly shopUrl?: (url: string) => Promise<string>
}

export async function openInboxStage({
  inbox = {},
  ledgerUrl = same,
  shopUrl = same,
}: StageOptions = {}): Promise<InboxStage> {
  const [ledger, fresh, folder] = await Promise.all([
    openLedger(),
    freshDatabase(),
    mkdtemp(join(tmpdir(), 'erpsync-inbox-')),
  ])
  const shop = openDatabase(fresh.url, {max: 12})
  const configPath = join(folder, 'erpsync.yaml')
  await writeFile(join(folder, 'order.schema.json'), JSON.stringify(orderSchema))
  await writeFile(join(folder, 'order.jsonata'), '{"PurchaseOrderByCustomer": orderId & "/" & $string(revision)}')
  await writeFile(join(folder, 'note.schema.json'), JSON.stringify(noteSchema))
  await writeFile(join(folder, 'note.jsonata'), '{"BusinessPartner": id, "SearchTerm1": text}')
  const write = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    const url = await shopUrl(fresh.url)
    await writeFile(
      configPath,
      JSON.stringify(configuration(await ledgerUrl(ledger.url), {url, ...inbox, ...settings})),
    )
  }
  await write({})
  const env = {ERPSYNC_CONFIG: configPath, NO_COLOR: '1'}
  const running = new Set<RunningCli>()

  return {
    ledger,
    shop,
    shopUrl: fresh.url,
    configPath,
    configure: write,
    erpsync: async (args, options = {}) => runCli(args, {...options, env: {...env, ...options.env}}),
    start: (...args) => {
      const cli = startCli(['intake', 'start', '--log-format', 'json', '--log-level', 'debug', ...args], {env})
      running.add(cli)
      void cli.ended.then(() => running.delete(cli))
      return cli
    },
    insert: async (flow, ...documents) =>
      shop.transaction(async (tx) => {
        const ids: string[] = []
        for (const document of documents) {
          const {rows} = await tx.query<{id: string}>(
            'insert into erpsync_inbox (flow, document) values ($1, $2::jsonb) returning id',
            [flow, JSON.stringify(document)],
          )
          ids.push(rows[0]?.id ?? '')
        }
        return ids
      }),
    rows: async () => {
      const {rows} = await shop.query<SeenRow & Record<string, unknown>>(
        `select id, flow, taken_at is not null as taken, outcome, message_id, problems from erpsync_inbox order by seq`,
      )
      return rows
    },
    waiting: async () => {
      const {rows} = await shop.query<{count: number}>(
        'select count(*)::integer as count from erpsync_inbox where taken_at is null',
      )
      return rows[0]?.count ?? -1
    },
    messages: async () => {
      const {rows} = await ledger.database.query<{id: string; key: string; identity: string}>(
        `select id, business_key as key, idempotency_key as identity from erpsync.message order by seq`,
      )
      return rows
    },
    close: async () => {
      await Promise.all([...running].map(async (cli) => cli.kill()))
      await shop.close()
      await Promise.all([ledger.close(), fresh.drop(), rm(folder, {recursive: true, force: true})])
    },
  }
}

async function same(url: string): Promise<string> {
  return url
}

function configuration(postgresUrl: string, inbox: Readonly<Record<string, unknown>>) {
  const common = {destination: 'sandbox', order: 'none'}
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: ['amqp://localhost:1']},
    destinations: {sandbox: {kind: 'odata', baseUrl: 'http://127.0.0.1:1/sap/opu/odata/sap'}},
    inboxes: {shop: inbox},
    flows: {
      'sales-order': {
        ...common,
        schema: 'order.schema.json',
        key: 'orderId',
        version: 'revision',
        operation: {
          service: 'API_SALES_ORDER_SRV',
          entitySet: 'A_SalesOrder',
          method: 'create',
          map: 'order.jsonata',
          reference: 'PurchaseOrderByCustomer',
          result: 'SalesOrder',
        },
      },
      // Neither a version nor a key of the producer: what is new nobody can tell from the document alone.
      note: {
        ...common,
        schema: 'note.schema.json',
        key: 'id',
        operation: {
          service: 'API_BUSINESS_PARTNER',
          entitySet: 'A_BusinessPartner',
          method: 'upsert',
          entityKey: ['BusinessPartner'],
          map: 'note.jsonata',
          reference: 'SearchTerm1',
          result: 'BusinessPartner',
        },
      },
    },
  }
}

const orderSchema = {
  type: 'object',
  required: ['orderId', 'revision'],
  properties: {
    shop: {enum: ['us', 'de']},
    shops: {items: {enum: ['us', 'de']}},
    email: {type: 'string', format: 'email', 'x-personal': true},
  },
}
const noteSchema = {type: 'object', required: ['id', 'text']}
