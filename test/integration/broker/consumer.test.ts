import assert from 'node:assert/strict'
import {connectBroker} from '#lib/broker/connection.js'
import {startConsumer, type ConsumerOptions} from '#lib/broker/consumer.js'
import {openDeclarer} from '#lib/broker/declarer.js'
import type {Delivery} from '#lib/broker/delivery.js'
import {openPublisher} from '#lib/broker/publisher.js'
import {cutConnection, readyIn} from '../../support/broker-probe.js'
import {eventually} from '../../support/eventually.js'
import {freshVhost, type FreshVhost} from '../../support/fresh-vhost.js'
import {manage} from '../../support/manage.js'

describe('startConsumer', function () {
  this.timeout(60_000)
  let broker: FreshVhost
  before(async () => {
    broker = await freshVhost()
  })
  after(async () => broker?.drop())

  it('hands on a whole message, and acknowledges it once', async () => {
    const {connection, delivered, publish, start, close} = await setup(broker, 'whole')
    const consumer = await start()

    await publish('one')
    const delivery = await delivered(0)
    const acks = [delivery.ack(), delivery.ack(), delivery.release()]

    assert.deepEqual(JSON.parse(JSON.stringify({...delivery, body: delivery.body.toString()})), {
      body: '{"id":"one"}',
      queue: 'whole',
      exchange: 'x',
      routingKey: 'whole',
      messageId: 'one',
      type: 'sales-order',
      contentType: 'application/json',
      headers: {'erpsync-attempt': 1},
      redelivered: false,
      deliveryCount: 0,
    })
    assert.deepEqual(acks, [true, false, false])
    await consumer.close()
    assert.equal(connection.state, 'connected')
    await readyIn(broker, 'whole', 0)
    await close()
  })

  it('acknowledges whatever was, and nothing that is still in hand, in whatever order', async () => {
    const names = Array.from({length: 60}, (_, index) => `m${index}`)
    const {deliveries, publish, start, close} = await setup(broker, 'window')
    const consumer = await start({prefetch: names.length})
    for (const name of names) await publish(name)
    await eventually(() => deliveries.length === names.length)

    // The first ones in one turn but one that goes back, then the last ones backwards, then every third between them.
    const [head, middle, tail] = [deliveries.slice(0, 20), deliveries.slice(20, 40), deliveries.slice(40)]
    const refused = head.splice(5, 1)
    for (const delivery of head) delivery.ack()
    await nextTurn()
    for (const delivery of tail.toReversed()) delivery.ack()
    await nextTurn()
    const kept = middle.filter((delivery, index) => index % 3 !== 0 || !delivery.ack())
    for (const delivery of refused) delivery.release()
    await eventually(() => deliveries.length === names.length + 1)
    await consumer.close()

    await readyIn(broker, 'window', kept.length + refused.length)
    const after = await setup(broker, 'window')
    await after.start({prefetch: names.length})
    await eventually(() => after.deliveries.length === kept.length + refused.length)
    assert.deepEqual(
      new Set(after.deliveries.map(({messageId}) => messageId)),
      new Set([...kept, ...refused].map(({messageId}) => messageId)),
    )
    await after.close()
    await close()
  })

  it('tells the broker what was acknowledged before it closes, however shortly before', async () => {
    const {connection, deliveries, publish, start, close} = await setup(broker, 'last-word')
    await start()
    for (const name of ['one', 'two', 'three']) await publish(name)
    await eventually(() => deliveries.length === 3)
    await heldBy(broker, 'last-word', 3)

    for (const delivery of deliveries) delivery.ack()
    await connection.close()

    await heldBy(broker, 'last-word', 0)
    await close()
  })

  it('counts how often a message was given back', async () => {
    const {delivered, publish, start, close} = await setup(broker, 'released')
    await start()

    await publish('one')
    const first = await delivered(0)
    first.release()
    const second = await delivered(1)
    second.ack()

    assert.deepEqual([first.redelivered, first.deliveryCount], [false, 0])
    assert.deepEqual([second.redelivered, second.deliveryCount], [true, 1])
    await close()
  })

  it('holds no more in hand than the prefetch', async () => {
    const {deliveries, publish, start, close} = await setup(broker, 'prefetch')
    await start({prefetch: 3})

    for (let index = 0; index < 10; index++) await publish(`m${index}`)
    await eventually(() => (deliveries.length === 3 ? true : undefined))
    deliveries[0]?.ack()
    await eventually(() => (deliveries.length === 4 ? true : undefined))

    assert.deepEqual(
      deliveries.map(({messageId}) => messageId),
      ['m0', 'm1', 'm2', 'm3'],
    )
    await close()
  })

  it('consumes on after the connection was cut, and drops acks of the old one', async () => {
    const {delivered, interruptions, publish, start, close} = await setup(broker, 'cut-consumer')
    await start()
    await publish('one')
    const old = await delivered(0)

    await cutConnection(broker, 'cut-consumer')
    const again = await delivered(1)
    const acks = [old.ack(), again.ack()]
    await publish('two')
    const next = await delivered(2)

    assert.deepEqual([again.messageId, again.redelivered, next.messageId], ['one', true, 'two'])
    assert.deepEqual(acks, [false, true])
    assert.equal(interruptions.length, 1)
    await close()
  })

  it('consumes on after its queue was deleted and declared again', async () => {
    const {declarer, delivered, interruptions, publish, start, close} = await setup(broker, 'deleted')
    await start()

    await manage(broker.managementUrl, 'DELETE', `queues/${broker.vhost}/deleted`)
    await eventually(() => interruptions.find((reason) => reason.includes('cancelled')))
    await declarer.declareQueue('deleted', {'x-queue-type': 'quorum'})
    await declarer.bind('deleted', 'x', 'deleted')
    await publish('one')
    const delivery = await delivered(0)

    assert.equal(delivery.messageId, 'one')
    await close()
  })

  it('takes nothing new while paused, keeps what is in hand, and resumes', async () => {
    const {deliveries, delivered, publish, start, close} = await setup(broker, 'paused')
    const consumer = await start()
    await publish('one')
    const inHand = await delivered(0)

    await consumer.pause()
    await publish('two')
    await readyIn(broker, 'paused', 1)
    assert.deepEqual([consumer.isConsuming, deliveries.length, inHand.ack()], [false, 1, true])
    await consumer.resume()
    const next = await delivered(1)

    assert.deepEqual([consumer.isConsuming, next.messageId, next.redelivered], [true, 'two', false])
    await close()
  })

  it('stays paused across a reconnect', async () => {
    const {connection, deliveries, publish, start, close} = await setup(broker, 'paused-cut')
    const consumer = await start()
    await consumer.pause()

    await cutConnection(broker, 'paused-cut')
    await eventually(() => (connection.state === 'connected' ? undefined : true))
    await publish('one')
    await readyIn(broker, 'paused-cut', 1)
    assert.equal(deliveries.length, 0)
    await consumer.resume()
    await eventually(() => deliveries[0])

    await close()
  })

  it('leaves what is in hand ackable after it stopped', async () => {
    const {deliveries, delivered, publish, start, close} = await setup(broker, 'stopped')
    const consumer = await start()
    await publish('one')
    const inHand = await delivered(0)

    await consumer.stop()
    await publish('two')
    const acked = inHand.ack()

    assert.equal(acked, true)
    await readyIn(broker, 'stopped', 1)
    assert.equal(deliveries.length, 1)
    await close()
  })

  it('tells what to type when there is no such queue', async () => {
    const connection = await connectBroker({urls: [broker.url], name: 'no-queue'})

    await assert.rejects(startConsumer(connection, {queue: 'no-such-queue', prefetch: 1, onDelivery: () => {}}), {
      code: 'rabbitmq_queue_missing',
      exitCode: 78,
      hint: /erpsync topology declare/,
    })
    await connection.close()
  })
})

/** A queue, a publisher for it, and a consumer (under the queue's name) whose deliveries are kept. */
async function setup(broker: FreshVhost, queue: string) {
  const declarer = await openDeclarer([broker.url], 'setup')
  await declarer.declareExchange('x', 'direct', {})
  await declarer.declareQueue(queue, {'x-queue-type': 'quorum'})
  await declarer.bind(queue, 'x', queue)
  const connection = await connectBroker({urls: [broker.url], name: queue})
  const publishing = await connectBroker({urls: [broker.url], name: 'publisher'})
  const publisher = openPublisher(publishing)
  const deliveries: Delivery[] = []
  const interruptions: string[] = []
  return {
    declarer,
    connection,
    deliveries,
    /** Waits for the delivery of that number, from 0. */
    delivered: async (index: number): Promise<Delivery> => (await eventually(() => deliveries[index]))!,
    interruptions,
    publish: async (messageId: string): Promise<void> => {
      const outcome = await publisher.publish({
        exchange: 'x',
        routingKey: queue,
        messageId,
        type: 'sales-order',
        contentType: 'application/json',
        headers: {'erpsync-attempt': 1},
        body: Buffer.from(JSON.stringify({id: messageId})),
      })
      assert.deepEqual(outcome, {kind: 'confirmed'})
    },
    start: async (options: Partial<ConsumerOptions> = {}) =>
      startConsumer(connection, {
        queue,
        prefetch: 10,
        onDelivery: (delivery) => deliveries.push(delivery),
        onInterruption: (reason) => interruptions.push(reason),
        ...options,
      }),
    close: async (): Promise<void> => {
      await connection.close()
      await publishing.close()
      await declarer.close()
    },
  }
}

const nextTurn = async (): Promise<void> => new Promise((done) => setImmediate(done))

/** Waits until a queue holds exactly that many messages, ready or in somebody's hand, by the management API. */
async function heldBy({managementUrl, vhost}: FreshVhost, queue: string, wanted: number): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const row = (await manage(managementUrl, 'GET', `queues/${vhost}/${queue}`)) as {readonly messages?: number}
    return row.messages === wanted
  }
  await eventually(isSo, {timeoutMs: 20_000, everyMs: 200})
}
