import assert from 'node:assert/strict'
import type {Service} from '#lib/sandbox/erp/odata/model.js'
import {entityPath, parseResource} from '#lib/sandbox/erp/odata/resource.js'
import {services} from '#lib/sandbox/erp/odata/services.js'

function setup(): Service {
  const [service] = services
  assert.ok(service)
  return service
}

/** The resource in short, so that a whole list can be compared. */
function short(path: string): unknown {
  const resource = parseResource(setup(), path)
  switch (resource.kind) {
    case 'service':
    case 'metadata':
      return resource.kind
    case 'set':
      return resource.set.name
    case 'entity':
      return [resource.set.name, ...resource.key]
    case 'navigation':
      return [resource.set.name, ...resource.key, resource.navigation.name]
    case 'count':
      return ['count', resource.of.kind]
  }
}

describe('parseResource', () => {
  it('reads every kind of path', () => {
    const paths = [
      '',
      '$metadata',
      'A_SalesOrder',
      'A_SalesOrder/$count',
      "A_SalesOrder('1')",
      "A_SalesOrder(SalesOrder='1')",
      "A_SalesOrderItem(SalesOrderItem='10', SalesOrder='1')",
      'A_SalesOrder(%27O%27%27N%2F1%27)',
      "A_SalesOrder('1')/to_Item",
      "A_SalesOrder('1')/to_Item/$count",
    ]

    assert.deepEqual(paths.map(short), [
      'service',
      'metadata',
      'A_SalesOrder',
      ['count', 'set'],
      ['A_SalesOrder', '1'],
      ['A_SalesOrder', '1'],
      ['A_SalesOrderItem', '1', '10'],
      ['A_SalesOrder', "O'N/1"],
      ['A_SalesOrder', '1', 'to_Item'],
      ['count', 'navigation'],
    ])
  })

  for (const path of [
    'Nothing',
    "A_SalesOrder('1')/to_Nothing",
    'A_SalesOrder/$value',
    "A_SalesOrder('1')/to_Item/x",
  ]) {
    it(`answers 404 to ${path}`, () => {
      assert.throws(() => parseResource(setup(), path), {status: 404})
    })
  }

  for (const path of [
    'A_SalesOrder()',
    'A_SalesOrder(1)',
    "A_SalesOrder('1','2')",
    "A_SalesOrder(Colour='1')",
    "A_SalesOrderItem('1')",
    "A_SalesOrder('1)",
    'A_SalesOrder(%E0%A4%A)',
  ]) {
    it(`answers 400 to ${path}`, () => {
      assert.throws(() => parseResource(setup(), path), {status: 400})
    })
  }
})

describe('entityPath', () => {
  it('writes a path that parseResource reads back', () => {
    const [orders, items] = setup().sets
    assert.ok(orders && items)
    const key = {SalesOrder: "O'N/1", SalesOrderItem: '10'}

    const paths = [entityPath(orders, key), entityPath(items, key)]

    assert.deepEqual(paths.map(short), [
      ['A_SalesOrder', "O'N/1"],
      ['A_SalesOrderItem', "O'N/1", '10'],
    ])
  })
})
