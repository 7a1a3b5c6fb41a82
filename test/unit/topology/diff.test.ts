import assert from 'node:assert/strict'
import type {LiveQueue} from '#lib/broker/management.js'
import {diffTopology} from '#lib/topology/diff.js'
import type {LiveTopology} from '#lib/topology/inspect.js'
import {wantedTopology} from '#lib/topology/wanted.js'

type FullTopology = Extract<LiveTopology, {kind: 'full'}>

const wanted = wantedTopology({prefix: 'p', flows: [{name: 'f', delaysMs: [1000]}]})

describe('diffTopology', () => {
  it('finds nothing when everything stands as wanted', () => {
    assert.deepEqual(diffTopology(wanted, standing()), [])
  })

  it('names a missing queue, exchange and binding', () => {
    const live = standing()

    const differences = diffTopology(wanted, {
      ...live,
      exchanges: live.exchanges.filter(({name}) => name !== 'p.delay'),
      queues: live.queues.filter(({name}) => name !== 'p.f.retry'),
      bindings: live.bindings.filter(({exchange}) => exchange !== 'p.in'),
    })

    assert.deepEqual(differences, [
      {kind: 'missing', object: 'exchange', name: 'p.delay'},
      {kind: 'missing', object: 'queue', name: 'p.f.retry'},
      {kind: 'missing_binding', exchange: 'p.in', queue: 'p.f.work', routingKey: 'f.#'},
    ])
  })

  it('names an argument that differs, is lacking or is too much, and a wrong type', () => {
    const live = standing()

    const differences = diffTopology(wanted, {
      ...live,
      exchanges: live.exchanges.map((one) => (one.name === 'p.dlx' ? {...one, type: 'topic'} : one)),
      queues: live.queues.map((one) =>
        one.name === 'p.f.delay.1000'
          ? {...one, arguments: {...one.arguments, 'x-message-ttl': '1000', 'x-max-length': 5}}
          : one,
      ),
    })

    assert.deepEqual(differences, [
      {kind: 'different', object: 'exchange', name: 'p.dlx', argument: 'type', wanted: 'direct', current: 'topic'},
      {kind: 'different', object: 'queue', name: 'p.f.delay.1000', argument: 'x-max-length', wanted: null, current: 5},
      {
        kind: 'different',
        object: 'queue',
        name: 'p.f.delay.1000',
        argument: 'x-message-ttl',
        wanted: 1000,
        current: '1000',
      },
    ])
  })

  it('counts as extra what carries the prefix, and nothing else', () => {
    const live = standing()
    const binding = (queue: string) => ({
      exchange: 'p.in',
      destination: queue,
      destinationType: 'queue' as const,
      routingKey: '#',
    })

    const differences = diffTopology(wanted, {
      ...live,
      exchanges: [...live.exchanges, {name: 'amq.topic', type: 'topic', durable: true, arguments: {}}],
      queues: [...live.queues, liveQueue('p.f.delay.9', {}), liveQueue('pp.tap', {})],
      bindings: [...live.bindings, binding('pp.tap'), binding('p.f.retry'), {...binding('p.f.work'), exchange: ''}],
    })

    assert.deepEqual(differences, [
      {kind: 'extra', object: 'queue', name: 'p.f.delay.9'},
      {kind: 'extra_binding', exchange: 'p.in', queue: 'p.f.retry', routingKey: '#'},
    ])
  })

  it('tells only what is missing when no more than existence is known', () => {
    const {exchanges, queues} = standing()

    const differences = diffTopology(wanted, {
      kind: 'existence',
      reason: 'no management API',
      exchanges: exchanges.map(({name}) => name),
      queues: queues.map(({name}) => name).filter((name) => name !== 'p.f.dlq'),
    })

    assert.deepEqual(differences, [{kind: 'missing', object: 'queue', name: 'p.f.dlq'}])
  })
})

/** The wanted topology as the management API would show it. */
function standing(): FullTopology {
  const {objects} = wanted
  return {
    kind: 'full',
    exchanges: objects.flatMap((one) => (one.kind === 'exchange' ? [{...one, durable: true}] : [])),
    queues: objects.flatMap((one) => (one.kind === 'queue' ? [liveQueue(one.name, one.arguments)] : [])),
    bindings: objects.flatMap((one) =>
      one.kind === 'binding'
        ? [{exchange: one.exchange, destination: one.queue, destinationType: 'queue', routingKey: one.routingKey}]
        : [],
    ),
  }
}

function liveQueue(name: string, args: LiveQueue['arguments']): LiveQueue {
  return {
    name,
    type: 'quorum',
    durable: true,
    arguments: args,
    messages: 0,
    ready: 0,
    unacknowledged: 0,
    deadLettering: 0,
    consumers: 0,
    policy: undefined,
    members: [],
    online: [],
    publishRate: 0,
    deliverRate: 0,
    ackRate: 0,
  }
}
