import assert from 'node:assert/strict'
import {countReady, publishRaw} from '../../support/amqp.js'
import {eventually} from '../../support/eventually.js'
import {order} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('admitForeign', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline()
  })
  after(async () => pipeline.close())

  const entrance = {exchange: 'test.in', routingKey: 'sales-order'}
  const publish = async (...bodies: readonly (string | Buffer)[]) =>
    publishRaw(pipeline.vhost.url, entrance, ...bodies.map((body) => ({body})))
  const letters = async () => {
    const {rows} = await pipeline.database.query<{code: string; text: string; raw: Buffer}>(
      'select code, text, raw from erpsync.dead_letter where message_id is null order by seq',
    )
    return rows
  }

  it('takes a document into the ledger once, however often it is delivered', async () => {
    const document = order('FOREIGN-1')
    await publish(JSON.stringify(document), JSON.stringify(document), JSON.stringify({...document}))

    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'synced')
    await worker.stop()

    assert.equal(await countReady(pipeline.vhost.url, 'test.sales-order.work'), 0)
    const {rows} = await pipeline.database.query('select from erpsync.message where business_key = $1', ['FOREIGN-1'])
    assert.equal(rows.length, 1)
    await pipeline.balance()
  })

  it('delivers what entered the ledger even if its copy on the broker is lost then', async () => {
    const document = order('FOREIGN-2')
    await publish(JSON.stringify(document))
    const first = await pipeline.startWorker({roles: ['lanes']})
    await eventually(async () => (await pipeline.standing(document)) !== undefined)
    await first.stop()
    const {rows} = await pipeline.database.query<{copies: number}>(
      `select count(*)::integer as copies
         from erpsync.outbox o join erpsync.message m on m.id = o.message_id
        where m.business_key = 'FOREIGN-2' and o.published_at is null`,
    )

    assert.deepEqual(rows, [{copies: 1}])
    await pipeline.workOff()
    await pipeline.balance()
  })

  it('takes a document with a byte-order mark all the way', async () => {
    const document = order('FOREIGN-BOM')
    await publish(`\uFEFF${JSON.stringify(document)}`)

    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'synced')
    await worker.stop()

    await pipeline.balance()
  })

  it('makes a dead letter of what the door refuses, without a message', async () => {
    await publish('{"orderId": "BAD-1"}', 'not JSON', Buffer.from('{"orderId":"M\xFCller"}', 'latin1'))

    const worker = await pipeline.startWorker()
    await eventually(async () => (await letters()).length === 3)
    await worker.stop()

    const found = await letters()
    assert.deepEqual(new Set(found.map(({code}) => code)), new Set(['intake:refused']))
    assert.ok(found.some(({text}) => text.includes('/revision is missing')))
    assert.ok(found.some(({text}) => text.includes('is not JSON')))
    assert.ok(found.some(({text}) => text.includes('UTF-8')))
    assert.ok(found.some(({raw}) => raw.toString('latin1').includes('Müller')))
  })
})
