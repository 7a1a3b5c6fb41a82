import assert from 'node:assert/strict'
import {configSchema, type OperationSettings} from '#lib/config/schema.js'

type Operation = Readonly<Record<string, unknown>>

/** Reads a configuration with one flow, whose operation is that of the test. */
function read(operation: Operation, concurrency = 100) {
  return configSchema.safeParse({
    postgres: {url: 'postgres://localhost/erpsync'},
    rabbitmq: {urls: ['amqp://localhost']},
    destinations: {s4: {kind: 'odata', baseUrl: 'https://s4.example.com', limits: {concurrency}}},
    flows: {
      order: {
        schema: 'order.schema.json',
        key: 'orderId',
        destination: 's4',
        operation: {
          service: 'S',
          entitySet: 'E',
          map: 'm',
          reference: 'R',
          result: 'N',
          method: 'create',
          ...operation,
        },
      },
    },
  })
}

function batchSettings(operation: OperationSettings | undefined) {
  return operation?.kind === 'odata' ? operation.batch : assert.fail('is not an operation over OData')
}

function batchOf(operation: Operation, concurrency?: number) {
  const {data, error} = read(operation, concurrency)
  return data
    ? batchSettings(data.flows.order?.operation)
    : error?.issues.map(({path, message}) => [path.join('.'), message])
}

describe('configSchema', () => {
  it('sends no batches unless they are wanted, and waits 20 ms for one to fill', () => {
    assert.equal(batchOf({}), undefined)
    assert.deepEqual(batchOf({batch: {size: 50}}), {size: 50, within: 20})
    assert.deepEqual(batchOf({batch: {size: 100, within: '1s'}}), {size: 100, within: 1000})
  })

  it('refuses a batch for operations that read before they write', () => {
    for (const method of ['update', 'upsert']) {
      assert.deepEqual(batchOf({method, entityKey: ['E'], batch: {size: 10}}), [
        [
          'flows.order.operation.batch',
          'only create can be sent in batches: update and upsert read each entity before they write it',
        ],
      ])
    }
  })

  it('bounds the size of a batch', () => {
    for (const size of [0, 101, 2.5]) {
      assert.deepEqual(read({batch: {size}}).error?.issues[0]?.path, ['flows', 'order', 'operation', 'batch', 'size'])
    }
  })

  it('refuses a batch for which the destination has not slots enough', () => {
    assert.deepEqual(batchOf({batch: {size: 60}}, 50), [
      [
        'flows.order.operation.batch.size',
        'each document of a batch takes a slot, and limits.concurrency of "s4" has 50',
      ],
    ])
  })
})
