import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {openDatabase, type Database} from '#lib/db/database.js'
import {installInbox} from '#lib/intake/inbox/install.js'
import {eventually} from '../support/eventually.js'
import {freshDatabase, type FreshDatabase} from '../support/fresh-database.js'
import {order} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {startCli} from '../support/run-cli.js'

describe('an order of a shop, by its inbox into SAP', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  let fresh: FreshDatabase
  let shop: Database
  before(async () => {
    pipeline = await openPipeline()
    fresh = await freshDatabase()
    shop = openDatabase(fresh.url)
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8')) as Record<string, unknown>
    await writeFile(pipeline.configPath, JSON.stringify({...config, inboxes: {shop: {url: fresh.url}}}))
    await installInbox(shop, {insert: null, take: null})
    await shop.query('create table orders (id text primary key)')
  })
  after(async () => {
    await shop.close()
    await Promise.all([pipeline.close(), fresh.drop()])
  })

  /** The order, and what is to be sent of it, as one. */
  const place = async (orderId: string): Promise<void> =>
    shop.transaction(async (tx) => {
      await tx.query('insert into orders (id) values ($1)', [orderId])
      await tx.query(`insert into public.erpsync_inbox (flow, document) values ('sales-order', $1::jsonb)`, [
        JSON.stringify(order(orderId)),
      ])
    })

  const waiting = async (): Promise<number> => {
    const {rows} = await shop.query<{count: number}>(
      'select count(*)::integer as count from erpsync_inbox where taken_at is null',
    )
    return rows[0]?.count ?? -1
  }

  it('is booked once for each order that the shop has, whatever is killed on the way', async () => {
    const env = {ERPSYNC_CONFIG: pipeline.configPath}
    const start = () => startCli(['intake', 'start', '--log-format', 'json'], {env})
    const worker = await pipeline.startWorker()
    const first = start()
    for (let count = 1; count <= 60; count += 1) {
      await place(`SHOP-${count}`)
      if (count === 30) {
        await eventually(async () => (await waiting()) < 30)
        await first.kill()
      }
      // The shop has it already, and nothing of this transaction stays.
      if (count % 10 === 0) await assert.rejects(place(`SHOP-${count}`), {code: '23505'})
    }
    const second = start()
    await eventually(async () => (await waiting()) === 0 && (await pipeline.isQuiet()), {timeoutMs: 60_000})
    await second.stop()
    await worker.stop()

    const booked = [...(await pipeline.admin.effects())].map(([reference, {creates}]) => [reference, creates])
    assert.deepEqual(
      booked.toSorted(([a], [b]) => String(a).localeCompare(String(b), 'en', {numeric: true})),
      Array.from({length: 60}, (_, index) => [`SHOP-${index + 1}/1`, 1]),
    )
    await pipeline.balance()
  })
})
