import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {eventually} from '../../support/eventually.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {freshVhost} from '../../support/fresh-vhost.js'
import {runCli, startCli} from '../../support/run-cli.js'

const account = {user: 'ERPSYNC', password: 's3cret'}
const flows = fileURLToPath(new URL('../../../examples/flows', import.meta.url))

/** An order as the shop of the examples writes it. */
function order(orderId: string, customerId = 'USCU_S01') {
  const items = [{sku: 'TG10', text: 'Paper A4', quantity: 2, netPrice: '4.99'}]
  return {orderId, revision: 1, shop: 'us', orderedAt: '2026-03-02T05:04:09Z', customerId, currency: 'USD', items}
}

describe('a worker whose flow sends batches', function () {
  this.timeout(60_000)

  it('delivers many orders by few calls, and each by its own outcome', async () => {
    const {deliver, admin, close} = await setup()
    const good = Array.from({length: 19}, (_, index) => order(`GOOD-${index}`))

    const states = await deliver([...good.slice(0, 9), order('BAD', 'USCU_X99'), ...good.slice(9)])

    const {effects, requests} = await admin.stats()
    await close()
    assert.equal(states.get('BAD/1'), 'dead 1')
    assert.deepEqual(
      new Set([...states].flatMap(([reference, state]) => (reference === 'BAD/1' ? [] : state))),
      new Set(['synced 1']),
    )
    assert.deepEqual(effects, {creates: 19, changes: 0})
    // One for the token; 20 orders fill two batches of 10, and a slow start may split them.
    assert.ok(requests <= 1 + 6, `${requests} requests`)
  })

  it('asks SAP for every order of a batch whose answer was lost, and books none twice', async () => {
    const {deliver, admin, close} = await setup()
    await admin.addFault({kind: 'drop-after-commit'})
    const documents = Array.from({length: 10}, (_, index) => order(`LOST-${index}`))

    const states = await deliver(documents)

    const effects = [...(await admin.effects()).values()]
    const {faults} = await admin.stats()
    await close()
    assert.deepEqual(faults, {'drop-after-commit': 1})
    assert.deepEqual(new Set(states.values()), new Set(['synced 1']))
    assert.deepEqual(
      effects.map(({creates}) => creates),
      documents.map(() => 1),
    )
  })
})

/** Everything from the door to SAP; `deliver` pushes and has a worker run until nothing is under way any more. */
async function setup() {
  const [fresh, vhost, erp, folder] = await Promise.all([
    freshDatabase(migrateDatabase),
    freshVhost(),
    startSandboxErp({host: '127.0.0.1', port: 0, ...account}),
    mkdtemp(join(tmpdir(), 'erpsync-batches-')),
  ])
  const database = openDatabase(fresh.url, {max: 2})
  const config = join(folder, 'erpsync.yaml')
  const input = join(folder, 'orders.ndjson')
  await writeFile(config, JSON.stringify(configuration(fresh.url, vhost.url, erp.baseUrl)))
  await erpsync('topology', 'declare')

  async function erpsync(...args: readonly string[]): Promise<void> {
    const {code, stderr} = await runCli([...args, '--config', config])
    assert.equal(code, 0, stderr)
  }

  /** State and number of attempts of every message, by its reference, when none is under way any more. */
  async function finished(): Promise<ReadonlyMap<string, string> | undefined> {
    const {rows} = await database.query<{reference: string; state: string; attempts: number}>(
      'select reference, state, attempts from erpsync.message',
    )
    if (rows.some(({state}) => state !== 'synced' && state !== 'dead')) return undefined
    return new Map(rows.map(({reference, state, attempts}) => [reference, `${state} ${attempts}`]))
  }

  return {
    admin: sandboxAdmin({url: erp.url, ...account}),
    deliver: async (documents: readonly object[]) => {
      await writeFile(input, documents.map((document) => `${JSON.stringify(document)}\n`).join(''))
      await erpsync('push', 'sales-order', input)
      const worker = startCli(['worker', 'start', '--config', config])
      try {
        return (await eventually(finished, {timeoutMs: 30_000})) ?? new Map<string, string>()
      } finally {
        await worker.stop()
      }
    },
    close: async () => {
      await database.close()
      await Promise.all([fresh.drop(), vhost.drop(), erp.close(), rm(folder, {recursive: true})])
    },
  }
}

function configuration(postgresUrl: string, rabbitmqUrl: string, baseUrl: string) {
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: [rabbitmqUrl], prefix: 'test'},
    destinations: {sandbox: {kind: 'odata', baseUrl, auth: {basic: account}, timeout: '2s', limits: {concurrency: 20}}},
    flows: {
      'sales-order': {
        schema: join(flows, 'sales-order.schema.json'),
        key: 'orderId',
        version: 'revision',
        destination: 'sandbox',
        operation: {
          service: 'API_SALES_ORDER_SRV',
          entitySet: 'A_SalesOrder',
          method: 'create',
          map: join(flows, 'sales-order.jsonata'),
          reference: 'PurchaseOrderByCustomer',
          result: 'SalesOrder',
          probe: {settle: '300ms'},
          batch: {size: 10, within: '200ms'},
        },
        retry: {delays: ['200ms'], attempts: 3, maxAge: '1h'},
      },
    },
  }
}
