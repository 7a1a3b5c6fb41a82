import assert from 'node:assert/strict'
import {connectBroker, type BrokerConnection} from '#lib/broker/connection.js'
import {startConsumer} from '#lib/broker/consumer.js'
import {openDeclarer} from '#lib/broker/declarer.js'
import type {Delivery} from '#lib/broker/delivery.js'
import {
  delayKey,
  dlqOf,
  dlxKey,
  exchangeNames,
  inKey,
  laneKey,
  parkingQueue,
  queueOf,
  unroutableQueue,
} from '#lib/broker/names.js'
import {openPublisher} from '#lib/broker/publisher.js'
import {declareTopology} from '#lib/topology/declare.js'
import {wantedTopology, type Arguments} from '#lib/topology/wanted.js'
import {readyIn} from '../../support/broker-probe.js'
import {eventually} from '../../support/eventually.js'
import {freshVhost, type FreshVhost} from '../../support/fresh-vhost.js'
import {manage} from '../../support/manage.js'

const prefix = 'acme'
const topology = wantedTopology({prefix, flows: [{name: 'order', delaysMs: [300, 60_000]}]})
const exchanges = exchangeNames(prefix)

describe('declareTopology', function () {
  this.timeout(30_000)

  it('creates everything at first and nothing the second time', async () => {
    const broker = await freshVhost()

    const first = await declareTopology([broker.url], topology)
    const second = await declareTopology([broker.url], topology)

    const names = topology.objects.flatMap((one) => (one.kind === 'binding' ? [] : [one.name]))
    assert.deepEqual(first, {created: names, present: [], bindings: 9, different: []})
    assert.deepEqual(second, {created: [], present: names, bindings: 9, different: []})
    await broker.drop()
  })

  it('reports what stands differently, leaves it be and declares the rest', async () => {
    const broker = await freshVhost()
    const declarer = await openDeclarer([broker.url], 'setup')
    await declarer.declareExchange('acme.dlx', 'topic', {})
    await declarer.declareQueue('acme.order.work', {...argumentsOf('acme.order.work'), 'x-delivery-limit': 3})
    await declarer.close()

    const result = await declareTopology([broker.url], topology)

    assert.deepEqual(result.different, [
      {object: 'exchange', name: 'acme.dlx', argument: 'type', wanted: 'direct', current: 'topic'},
      {object: 'queue', name: 'acme.order.work', argument: 'x-delivery-limit', wanted: '20', current: '3'},
    ])
    const standing = [...result.created, ...result.present].length
    assert.equal(standing, topology.objects.filter(({kind}) => kind !== 'binding').length - 2)
    await broker.drop()
  })

  it('ends with 77 when the user may not declare', async () => {
    const broker = await freshVhost()
    const url = new URL(broker.url)
    url.username = broker.vhost
    url.password = 's3cret'
    await manage(broker.managementUrl, 'PUT', `users/${broker.vhost}`, {password: 's3cret', tags: ''})
    const permissions = {configure: '^$', write: '.*', read: '.*'}
    await manage(broker.managementUrl, 'PUT', `permissions/${broker.vhost}/${broker.vhost}`, permissions)

    await assert.rejects(declareTopology([url.toString()], topology), {code: 'rabbitmq_forbidden', exitCode: 77})

    await manage(broker.managementUrl, 'DELETE', `users/${broker.vhost}`)
    await broker.drop()
  })
})

function argumentsOf(queue: string): Arguments {
  return topology.objects.flatMap((one) => (one.kind === 'queue' && one.name === queue ? [one.arguments] : []))[0] ?? {}
}

describe('the declared topology', function () {
  this.timeout(30_000)
  let broker: FreshVhost
  let connection: BrokerConnection
  before(async () => {
    broker = await freshVhost()
    await declareTopology([broker.url], topology)
    connection = await connectBroker({urls: [broker.url], name: 'topology-test'})
  })
  after(async () => {
    await connection.close()
    await broker.drop()
  })

  it('leads a first delivery and its variants to the work lane', async () => {
    await publish(exchanges.in, inKey('order'))
    await publish(exchanges.in, `${inKey('order')}.created`)

    const deliveries = await take(queueOf(prefix, 'order', 'work'), 2)

    assert.deepEqual(
      deliveries.map(({routingKey}) => routingKey),
      ['order', 'order.created'],
    )
  })

  it('leads a delayed message to the retry lane, with its headers, when its time is up', async () => {
    const sentAt = performance.now()
    await publish(exchanges.delay, delayKey('order', 300))

    const [delivery] = await take(queueOf(prefix, 'order', 'retry'), 1)

    assert.ok(performance.now() - sentAt >= 290)
    assert.equal(delivery?.headers['erpsync-attempt'], 1)
    assert.equal(delivery?.messageId, 'm-1')
  })

  it('leads a replay to the replay lane', async () => {
    await publish(exchanges.lane, laneKey('order', 'replay'))

    const deliveries = await take(queueOf(prefix, 'order', 'replay'), 1)

    assert.equal(deliveries.length, 1)
  })

  it('keeps what is for no known flow', async () => {
    await publish(exchanges.in, 'no-such-flow')

    const [delivery] = await take(unroutableQueue(prefix), 1)

    assert.equal(delivery?.routingKey, 'no-such-flow')
  })

  it('returns a message for a delay tier that is not there', async () => {
    const publisher = openPublisher(connection)

    const outcome = await publisher.publish(message(exchanges.delay, delayKey('order', 7)))

    assert.equal(outcome.kind, 'returned')
    await publisher.close()
  })

  it('leads a dead letter to the dead-letter queue, published or rejected', async () => {
    await publish(exchanges.dlx, dlxKey('order'))
    await publish(exchanges.in, inKey('order'))
    await consumeOnce(queueOf(prefix, 'order', 'work'), 1, (delivery) => delivery.reject())

    const letters = await take(dlqOf(prefix, 'order'), 2)

    const reasons = new Set(letters.map(({headers}) => headers['x-first-death-reason'] ?? 'published'))
    assert.deepEqual(reasons, new Set(['published', 'rejected']))
  })

  it('takes a message that is given back for ever out of the lane', async () => {
    await publish(exchanges.in, inKey('order'))
    const counts = await consumeOnce(queueOf(prefix, 'order', 'work'), 21, (delivery) => delivery.release())

    const [letter] = await take(dlqOf(prefix, 'order'), 1)

    assert.deepEqual(
      counts.map(({deliveryCount}) => deliveryCount),
      Array.from({length: 21}, (_, index) => index),
    )
    assert.equal(letter?.headers['x-first-death-reason'], 'delivery_limit')
    await readyIn(broker, parkingQueue(prefix), 0)
  })

  function message(exchange: string, routingKey: string) {
    return {exchange, routingKey, messageId: 'm-1', headers: {'erpsync-attempt': 1}, body: Buffer.from('{}')}
  }

  async function publish(exchange: string, routingKey: string): Promise<void> {
    const publisher = openPublisher(connection)
    assert.deepEqual(await publisher.publish(message(exchange, routingKey)), {kind: 'confirmed'})
    await publisher.close()
  }

  async function take(queue: string, count: number): Promise<readonly Delivery[]> {
    return consumeOnce(queue, count, (delivery) => delivery.ack())
  }

  async function consumeOnce(queue: string, count: number, settle: (delivery: Delivery) => boolean) {
    const deliveries: Delivery[] = []
    const consumer = await startConsumer(connection, {
      queue,
      prefetch: 10,
      onDelivery: (delivery) => {
        deliveries.push(delivery)
        settle(delivery)
      },
    })
    await eventually(() => (deliveries.length >= count ? true : undefined))
    await consumer.close()
    return deliveries
  }
})
