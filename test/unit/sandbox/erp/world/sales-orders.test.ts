import assert from 'node:assert/strict'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import {
  changeSalesOrder,
  changeSalesOrderItem,
  createSalesOrder,
  createSalesOrderItem,
} from '#lib/sandbox/erp/world/sales-orders.js'
import {createWorld} from '#lib/sandbox/erp/world/world.js'

const now = Date.UTC(2026, 0, 31, 12)

function setup() {
  const world = createWorld(() => now)
  const header = {SoldToParty: 'USCU_S01', PurchaseOrderByCustomer: 'A', TransactionCurrency: 'USD'}
  const order = world.transaction((tx) =>
    createSalesOrder(tx, header, [
      {Material: 'TG10', RequestedQuantity: '2.000'},
      {Material: 'TG11', RequestedQuantity: '1.500', SalesOrderItem: '25'},
      {Material: 'TG12', RequestedQuantity: '1.000'},
    ]),
  )
  return {world, order}
}

function refusal(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error instanceof Refusal ? {code: error.code, target: error.target, text: error.message} : error
  }
}

describe('createSalesOrder', () => {
  it('numbers items in tens behind the highest and prices them', () => {
    const {world, order} = setup()

    const items = world.where('salesOrderItem', 'SalesOrder', '1')

    assert.deepEqual(
      items.map(({SalesOrderItem, NetAmount, RequestedQuantityUnit, TransactionCurrency}) => [
        SalesOrderItem,
        NetAmount,
        RequestedQuantityUnit,
        TransactionCurrency,
      ]),
      [
        ['10', '41.000', 'PC', 'USD'],
        ['25', '33.750', 'PC', 'USD'],
        ['30', '24.500', 'PC', 'USD'],
      ],
    )
    assert.equal(order.TotalNetAmount, '99.250')
  })

  it('names the customer or the material it does not know', () => {
    const {world} = setup()
    const book = (customer: string, material: string) =>
      refusal(() => world.transaction((tx) => createSalesOrder(tx, {SoldToParty: customer}, [{Material: material}])))

    assert.deepEqual(
      [book('NOBODY', 'TG10'), book('USCU_S01', 'NOTHING')],
      [
        {code: 'VP/204', target: 'SoldToParty', text: 'Customer NOBODY does not exist.'},
        {code: 'V1/319', target: 'Material', text: 'Material NOTHING is not defined.'},
      ],
    )
  })
})

describe('changeSalesOrder', () => {
  it('moves the time of change on even within one millisecond', () => {
    const {world, order} = setup()

    const changed = world.transaction((tx) => changeSalesOrder(tx, ['1'], {CustomerPurchaseOrderType: 'WEB'}))

    assert.deepEqual(changed, {...order, CustomerPurchaseOrderType: 'WEB', LastChangeDateTime: now + 1})
  })

  it('counts the change under the reference the order has then', () => {
    const {world} = setup()

    world.transaction((tx) => changeSalesOrder(tx, ['1'], {PurchaseOrderByCustomer: 'B'}))

    assert.deepEqual(Object.fromEntries(world.effects.all()), {
      A: {creates: 1, changes: 0, documents: ['1']},
      B: {creates: 0, changes: 1, documents: ['1']},
    })
  })

  it('gives undefined for an order there is not', () => {
    const {world} = setup()

    assert.equal(
      world.transaction((tx) => changeSalesOrder(tx, ['99'], {})),
      undefined,
    )
  })
})

describe('changeSalesOrderItem', () => {
  it('prices the item anew and sums its order up again', () => {
    const {world} = setup()

    world.transaction((tx) => changeSalesOrderItem(tx, ['1', '10'], {RequestedQuantity: '3.000'}))

    assert.equal(world.find('salesOrder', ['1'])?.TotalNetAmount, '119.750')
    assert.deepEqual(world.effects.of('A'), {creates: 1, changes: 1, documents: ['1']})
  })
})

describe('createSalesOrderItem', () => {
  it('adds to an order that exists, and to no other', () => {
    const {world} = setup()
    const add = (order: string) =>
      world.transaction((tx) =>
        createSalesOrderItem(tx, {SalesOrder: order, Material: 'TG10', RequestedQuantity: '1.000'}),
      )

    assert.equal(add('1').SalesOrderItem, '40')
    assert.deepEqual(
      refusal(() => add('7')),
      {
        code: 'V1/302',
        target: 'SalesOrder',
        text: 'Sales document 7 does not exist.',
      },
    )
  })
})
