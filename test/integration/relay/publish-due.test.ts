import assert from 'node:assert/strict'
import {type Channel, connect} from 'amqplib'
import {type BrokerConnection, connectBroker} from '#lib/broker/connection.js'
import {openPublisher, type Publisher} from '#lib/broker/publisher.js'
import type {Database} from '#lib/db/database.js'
import {scheduleCopies} from '#lib/ledger/outbox.js'
import {publishDue} from '#lib/relay/publish-due.js'
import {runRelay} from '#lib/relay/run-relay.js'
import {countReady} from '../../support/amqp.js'
import {eventually} from '../../support/eventually.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {recordingLog} from '../../support/recording-log.js'

describe('publishDue', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let connection: BrokerConnection
  let publisher: Publisher
  before(async () => {
    pipeline = await openPipeline()
    connection = await connectBroker({urls: [pipeline.vhost.url], name: 'relay test'})
    publisher = openPublisher(connection)
  })
  after(async () => {
    await connection.close()
    await pipeline.close()
  })

  const parts = (database: Database = pipeline.database) => ({database, publisher, prefix: 'test'})
  const ready = async (lane: string) => countReady(pipeline.vhost.url, `test.sales-order.${lane}`)
  const unpublished = async (): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(
      'select count(*)::integer as count from erpsync.outbox where published_at is null',
    )
    return rows[0]?.count ?? -1
  }
  const workOffAll = async (): Promise<void> => {
    await pipeline.workOff()
    await pipeline.balance()
  }

  it('publishes what is due and notes it', async () => {
    const documents = orders('DUE', 3)
    await pipeline.push(...documents)

    assert.deepEqual(await publishDue(parts()), {published: 3, refused: 0})

    assert.equal(await ready('work'), 3)
    assert.deepEqual(await Promise.all(documents.map(async (each) => (await pipeline.standing(each))?.state)), [
      'queued',
      'queued',
      'queued',
    ])
    assert.deepEqual(await publishDue(parts()), {published: 0, refused: 0})
    await workOffAll()
  })

  it('leaves alone what is not due yet', async () => {
    const [verdict] = await pipeline.push(order('LATER-1'))
    assert.ok(verdict?.kind === 'accepted')
    await pipeline.database.query(
      `update erpsync.outbox set due_at = now() + interval '1 hour' where published_at is null`,
    )

    assert.deepEqual(await publishDue(parts()), {published: 0, refused: 0})

    await pipeline.database.query('update erpsync.outbox set due_at = now() where published_at is null')
    await workOffAll()
  })

  it('shares the outbox with other relays without a double', async () => {
    await pipeline.push(...orders('SHARED', 1200))

    const results = await Promise.all(Array.from({length: 4}, async () => publishDue(parts())))
    while (results.at(-1)?.published !== 0) results.push(await publishDue(parts()))

    assert.equal(
      results.reduce((total, {published}) => total + published, 0),
      1200,
    )
    assert.equal(await ready('work'), 1200)
    await pipeline.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.payload_revision',
    )
    await pipeline.admin.reset()
    await purge(pipeline.vhost.url, 'test.sales-order.work')
  })

  it('puts off what the broker returns, and the rest goes on', async () => {
    const [good, stuck] = [order('GOOD-1'), order('STUCK-1')]
    const verdicts = await pipeline.push(stuck, good)
    const stuckId = verdicts[0]?.kind === 'accepted' ? verdicts[0].id : assert.fail()
    await pipeline.database.query(`update erpsync.outbox set lane = 'replay' where message_id = $1`, [stuckId])
    await unbind(pipeline.vhost.url, 'test.sales-order.replay', 'test.lane', 'sales-order.replay')

    assert.deepEqual(await publishDue(parts()), {published: 1, refused: 1})

    assert.equal((await pipeline.standing(good))?.state, 'queued')
    assert.equal((await pipeline.standing(stuck))?.state, 'accepted')
    assert.deepEqual(await publishDue(parts()), {published: 0, refused: 0})
    await bind(pipeline.vhost.url, 'test.sales-order.replay', 'test.lane', 'sales-order.replay')
    await pipeline.database.query('update erpsync.outbox set due_at = now() where published_at is null')
    await workOffAll()
  })

  it('publishes a second copy after a crash before its note, which the worker recognises', async () => {
    await pipeline.push(...orders('CRASH', 5))
    const crashing: Database = {
      ...pipeline.database,
      transaction: async (work) =>
        pipeline.database.transaction(async (tx) => {
          await work(tx)
          throw new Error('the process ends here')
        }),
    }

    await assert.rejects(publishDue(parts(crashing)), /the process ends here/)
    assert.equal(await unpublished(), 5)
    assert.deepEqual(await publishDue(parts()), {published: 5, refused: 0})

    assert.equal(await ready('work'), 10)
    await workOffAll()
    assert.equal(await ready('work'), 0)
  })

  it('delivers a stale copy of an attempt that is over to nobody', async () => {
    const document = order('STALE-1')
    const [verdict] = await pipeline.push(document)
    assert.ok(verdict?.kind === 'accepted')
    await workOffAll()
    await pipeline.database.transaction(async (tx) =>
      scheduleCopies(tx, [{messageId: verdict.id, lane: 'retry', attempt: 2, dueInMs: 0}]),
    )

    const worker = await pipeline.startWorker()
    await eventually(async () => (await unpublished()) === 0 && (await ready('retry')) === 0)
    await worker.stop()

    assert.equal((await pipeline.standing(document))?.attempts, 1)
    await pipeline.balance()
  })
})

describe('runRelay', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let connection: BrokerConnection
  before(async () => {
    pipeline = await openPipeline()
    connection = await connectBroker({urls: [pipeline.vhost.url], name: 'relay test'})
  })
  after(async () => {
    await connection.close()
    await pipeline.close()
  })

  it('hears of a new message at once and ends on the signal', async () => {
    const stop = new AbortController()
    let listening: () => void = () => {}
    const isListening = new Promise<void>((done) => (listening = done))
    let heard = 0
    const database: Database = {
      ...pipeline.database,
      listen: (channel, ring) =>
        pipeline.database.listen(channel, () => {
          heard += 1
          listening()
          ring()
        }),
    }
    const publisher = openPublisher(connection)
    const running = runRelay({database, publisher, prefix: 'test', log: recordingLog()}, stop.signal)
    await isListening
    const before = heard

    await pipeline.push(order('NOTIFY-1'))

    await eventually(() => heard > before)
    await pipeline.reaches(order('NOTIFY-1'), 'queued')
    stop.abort()
    await running
  })
})

async function withChannel(url: string, work: (channel: Channel) => Promise<unknown>): Promise<void> {
  const model = await connect(url)
  await work(await model.createChannel())
  await model.close()
}

async function purge(url: string, queue: string): Promise<void> {
  await withChannel(url, async (channel) => channel.purgeQueue(queue))
}

async function unbind(url: string, queue: string, exchange: string, key: string): Promise<void> {
  await withChannel(url, async (channel) => channel.unbindQueue(queue, exchange, key))
}

async function bind(url: string, queue: string, exchange: string, key: string): Promise<void> {
  await withChannel(url, async (channel) => channel.bindQueue(queue, exchange, key))
}
