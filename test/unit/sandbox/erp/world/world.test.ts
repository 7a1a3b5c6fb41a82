import assert from 'node:assert/strict'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import {changeSalesOrder, createSalesOrder} from '#lib/sandbox/erp/world/sales-orders.js'
import {createWorld, type World} from '#lib/sandbox/erp/world/world.js'

function setup(): World {
  return createWorld(() => Date.UTC(2026, 0, 31, 12))
}

const header = (reference: string) => ({SoldToParty: 'USCU_S01', PurchaseOrderByCustomer: reference})
const item = {Material: 'TG10', RequestedQuantity: '2.000'}

describe('createWorld', () => {
  it('begins with forty named and five numbered customers, forty products, and no orders', () => {
    const world = setup()

    const ids = (rows: readonly unknown[]) => [rows.length, rows[0], rows.at(-1)]
    const customers = world.all('businessPartner').map(({BusinessPartner}) => BusinessPartner)
    const products = world.all('product').map(({Product, BaseUnit}) => `${String(Product)} ${String(BaseUnit)}`)

    assert.deepEqual(ids(customers), [45, 'USCU_S01', '100005'])
    assert.deepEqual(ids(products), [40, 'TG10 PC', 'TG49 PC'])
    assert.deepEqual(world.all('salesOrder'), [])
    assert.deepEqual(world.effects.total(), {creates: 0, changes: 0})
  })
})

describe('World.transaction', () => {
  it('undoes creates and changes alike when a later step fails', () => {
    const world = setup()
    const before = world.transaction((tx) => createSalesOrder(tx, header('A'), [item]))
    const state = () => [
      world.all('salesOrder'),
      world.all('salesOrderItem'),
      world.where('salesOrder', 'PurchaseOrderByCustomer', 'A'),
      world.where('salesOrder', 'PurchaseOrderByCustomer', 'B'),
      world.where('salesOrder', 'PurchaseOrderByCustomer', 'C'),
    ]
    const stateBefore = state()

    assert.throws(
      () =>
        world.transaction((tx) => {
          changeSalesOrder(tx, [before.SalesOrder ?? null], {PurchaseOrderByCustomer: 'B'})
          createSalesOrder(tx, header('C'), [item])
          createSalesOrder(tx, header('D'), [{Material: 'NONE'}])
        }),
      Refusal,
    )

    assert.deepEqual(state(), stateBefore)
  })

  it('counts effects only of what was kept', () => {
    const world = setup()
    world.transaction((tx) => createSalesOrder(tx, header('KEPT'), [item]))

    assert.throws(() =>
      world.transaction((tx) => {
        createSalesOrder(tx, header('KEPT'), [item])
        throw new Error('afterwards')
      }),
    )

    assert.deepEqual([...world.effects.all()], [['KEPT', {creates: 1, changes: 0, documents: ['1']}]])
  })

  it('never gives a number twice, not even one of an undone change set', () => {
    const world = setup()
    const book = () => world.transaction((tx) => createSalesOrder(tx, header('A'), [])).SalesOrder
    assert.equal(book(), '1')

    assert.throws(() => world.transaction((tx) => createSalesOrder(tx, header('A'), [{Material: 'NONE'}])))

    assert.equal(book(), '3')
  })
})
