import assert from 'node:assert/strict'
import {wantedTopology, type WantedObject} from '#lib/topology/wanted.js'

const deadLettering = {'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish'}

describe('wantedTopology', () => {
  it('holds every queue with the arguments that keep its messages safe', () => {
    const {objects} = wantedTopology({prefix: 'erpsync', flows: [{name: 'order', delaysMs: [5000]}]})

    const queues = Object.fromEntries(
      objects.flatMap((one) => (one.kind === 'queue' ? [[one.name, one.arguments]] : [])),
    )
    const lane = {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 20,
      'x-dead-letter-exchange': 'erpsync.dlx',
      'x-dead-letter-routing-key': 'order',
      ...deadLettering,
    }
    const toParking = {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 1_000_000,
      'x-dead-letter-exchange': 'erpsync.parking',
      ...deadLettering,
    }
    assert.deepEqual(queues, {
      'erpsync.parking': {'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000},
      'erpsync.unroutable': toParking,
      'erpsync.order.dlq': toParking,
      'erpsync.order.work': lane,
      'erpsync.order.retry': lane,
      'erpsync.order.replay': lane,
      'erpsync.order.delay.5000': {
        'x-queue-type': 'quorum',
        'x-message-ttl': 5000,
        'x-dead-letter-exchange': 'erpsync.lane',
        'x-dead-letter-routing-key': 'order.retry',
        ...deadLettering,
      },
    })
  })

  it('binds each queue where its messages come from', () => {
    const {objects} = wantedTopology({prefix: 'p', flows: [{name: 'f', delaysMs: [1000]}]})

    const bindings = objects.flatMap((one) =>
      one.kind === 'binding' ? [[one.exchange, one.routingKey, one.queue]] : [],
    )
    assert.deepEqual(bindings, [
      ['p.parking', '', 'p.parking'],
      ['p.unroutable', '', 'p.unroutable'],
      ['p.dlx', 'f', 'p.f.dlq'],
      ['p.lane', 'f.work', 'p.f.work'],
      ['p.lane', 'f.retry', 'p.f.retry'],
      ['p.lane', 'f.replay', 'p.f.replay'],
      ['p.delay', 'f.1000', 'p.f.delay.1000'],
      ['p.in', 'f.#', 'p.f.work'],
    ])
  })

  it('names a target before anything that sends or dead-letters to it', () => {
    const {objects} = wantedTopology({
      prefix: 'p',
      flows: [
        {name: 'a', delaysMs: [1000, 2000]},
        {name: 'b', delaysMs: [1000]},
      ],
    })

    const known = new Set<string>()
    const early: string[] = []
    for (const object of objects) {
      early.push(...needs(object).filter((need) => !known.has(need)))
      if (object.kind !== 'binding') known.add(object.name)
    }
    assert.deepEqual(early, [])
    assert.equal(
      objects.findIndex((one) => one.kind === 'exchange' && one.name === 'p.in'),
      objects.length - 3,
    )
  })

  it('makes one tier of a delay that is named twice', () => {
    const {objects} = wantedTopology({prefix: 'p', flows: [{name: 'f', delaysMs: [1000, 1000]}]})

    const tiers = objects.filter((one) => one.kind === 'queue' && one.name.includes('.delay.'))
    assert.equal(tiers.length, 1)
  })
})

function needs(object: WantedObject): string[] {
  if (object.kind === 'binding') return [object.exchange, object.queue]
  const args = object.arguments
  return [args['x-dead-letter-exchange'], args['alternate-exchange']].filter((name) => typeof name === 'string')
}
