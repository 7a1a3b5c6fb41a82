import assert from 'node:assert/strict'
import {
  delayKey,
  delayQueueOf,
  dlqOf,
  dlxKey,
  exchangeNames,
  inBindingKey,
  inKey,
  laneKey,
  queueOf,
} from '#lib/broker/names.js'
import {lanes} from '#lib/kernel/lane.js'

describe('exchangeNames', () => {
  it('puts every exchange under the prefix', () => {
    assert.deepEqual(exchangeNames('acme'), {
      in: 'acme.in',
      lane: 'acme.lane',
      delay: 'acme.delay',
      dlx: 'acme.dlx',
      unroutable: 'acme.unroutable',
      parking: 'acme.parking',
    })
  })
})

describe('queue names', () => {
  it('name the flow and the part it plays', () => {
    const names = [
      ...lanes.map((lane) => queueOf('erpsync', 'sales-order', lane)),
      dlqOf('erpsync', 'sales-order'),
      delayQueueOf('erpsync', 'sales-order', 30_000),
    ]

    assert.deepEqual(names, [
      'erpsync.sales-order.work',
      'erpsync.sales-order.retry',
      'erpsync.sales-order.replay',
      'erpsync.sales-order.dlq',
      'erpsync.sales-order.delay.30000',
    ])
  })
})

describe('routing keys', () => {
  it('lead through each exchange to the queue of the same flow', () => {
    const keys = [inKey('f'), inBindingKey('f'), laneKey('f', 'replay'), delayKey('f', 5000), dlxKey('f')]

    assert.deepEqual(keys, ['f', 'f.#', 'f.replay', 'f.5000', 'f'])
  })
})
