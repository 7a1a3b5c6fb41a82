import assert from 'node:assert/strict'
import {openDeclarer} from '#lib/broker/declarer.js'
import {compareTopology} from '#lib/topology/compare.js'
import {declareTopology} from '#lib/topology/declare.js'
import {wantedTopology} from '#lib/topology/wanted.js'
import {freshVhost, type FreshVhost} from '../../support/fresh-vhost.js'
import {manage} from '../../support/manage.js'

const topology = wantedTopology({prefix: 'acme', flows: [{name: 'order', delaysMs: [5000]}]})

describe('compareTopology', function () {
  this.timeout(30_000)
  let broker: FreshVhost
  beforeEach(async () => {
    broker = await freshVhost()
    await declareTopology([broker.url], topology)
  })
  afterEach(async () => broker?.drop())

  it('finds no difference right after the topology was declared', async () => {
    assert.deepEqual(await compareTopology(address(), topology), {compared: 'everything', differences: []})
  })

  it('finds a missing queue, a wrong argument, a missing binding and an extra queue', async () => {
    await manage(broker.managementUrl, 'DELETE', `queues/${broker.vhost}/acme.order.dlq`)
    await manage(broker.managementUrl, 'DELETE', `queues/${broker.vhost}/acme.order.delay.5000`)
    await manage(broker.managementUrl, 'DELETE', `bindings/${broker.vhost}/e/acme.in/q/acme.order.work/order.%23`)
    const declarer = await openDeclarer([broker.url], 'setup')
    await declarer.declareQueue('acme.order.delay.5000', {'x-queue-type': 'quorum', 'x-message-ttl': 4000})
    await declarer.declareQueue('acme.order.delay.9000', {'x-queue-type': 'quorum'})
    await declarer.close()

    const {compared, differences} = await compareTopology(address(), topology)

    const tier = {kind: 'different', object: 'queue', name: 'acme.order.delay.5000', current: null}
    assert.equal(compared, 'everything')
    assert.deepEqual(differences, [
      {kind: 'missing', object: 'queue', name: 'acme.order.dlq'},
      {...tier, argument: 'x-dead-letter-exchange', wanted: 'acme.lane'},
      {...tier, argument: 'x-dead-letter-routing-key', wanted: 'order.retry'},
      {...tier, argument: 'x-dead-letter-strategy', wanted: 'at-least-once'},
      {...tier, argument: 'x-message-ttl', wanted: 5000, current: 4000},
      {...tier, argument: 'x-overflow', wanted: 'reject-publish'},
      {kind: 'extra', object: 'queue', name: 'acme.order.delay.9000'},
      {kind: 'missing_binding', exchange: 'acme.dlx', queue: 'acme.order.dlq', routingKey: 'order'},
      {kind: 'missing_binding', exchange: 'acme.delay', queue: 'acme.order.delay.5000', routingKey: 'order.5000'},
      {kind: 'missing_binding', exchange: 'acme.in', queue: 'acme.order.work', routingKey: 'order.#'},
    ])
  })

  it('falls back to existence, and says so, without a management API', async () => {
    await manage(broker.managementUrl, 'DELETE', `queues/${broker.vhost}/acme.order.dlq`)
    await manage(broker.managementUrl, 'DELETE', `exchanges/${broker.vhost}/acme.delay`)

    const result = await compareTopology({urls: [broker.url]}, topology)

    assert.deepEqual(result, {
      compared: 'existence',
      reason: 'rabbitmq.managementUrl is not configured',
      differences: [
        {kind: 'missing', object: 'exchange', name: 'acme.delay'},
        {kind: 'missing', object: 'queue', name: 'acme.order.dlq'},
      ],
    })
  })

  it('falls back as well when the management API does not answer or refuses', async () => {
    const refusing = new URL(broker.managementUrl)
    refusing.password = 's3cret'

    const silent = await compareTopology({urls: [broker.url], managementUrl: 'http://u:s3cret@127.0.0.1:1'}, topology)
    const refused = await compareTopology({urls: [broker.url], managementUrl: refusing.toString()}, topology)

    assert.deepEqual([silent.compared, refused.compared], ['existence', 'existence'])
    assert.match(silent.reason ?? '', /127\.0\.0\.1:1/)
    assert.match(refused.reason ?? '', /401/)
    assert.doesNotMatch(`${silent.reason} ${refused.reason}`, /s3cret/)
  })

  function address() {
    return {urls: [broker.url], managementUrl: broker.managementUrl}
  }
})
