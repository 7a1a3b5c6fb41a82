import {z} from 'zod'
import {protocolV4} from '#lib/sandbox/erp/odata/protocol-v4.js'
import {rewriteBusinessPartner} from '#lib/sandbox/erp/world/business-partners.js'
import {dictionary, type Draft, type Row, type TableName, textOf} from '#lib/sandbox/erp/world/dictionary.js'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import {removeSalesOrder, rewriteSalesOrder} from '#lib/sandbox/erp/world/sales-orders.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import {json, type Reply} from './reply.js'

/** Fields by their names, with values as V4 writes them: dates as `2026-11-26`. */
export const fields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export const orderDrift = z.strictObject({
  header: fields.default({}),
  items: z.record(z.string(), fields.nullable()).default({}).describe('by position; null deletes the item'),
})

/** Changes every order of a reference, as somebody in SAP would. */
export function rewriteOrder(world: World, query: URLSearchParams, drift: z.output<typeof orderDrift>): Reply {
  const orders = ordersOf(world, query)
  return refusable(() =>
    world.transaction((tx) => {
      const header = draftOf('salesOrder', drift.header)
      const items = Object.fromEntries(
        Object.entries(drift.items).map(([position, item]) => [position, item && draftOf('salesOrderItem', item)]),
      )
      for (const order of orders) rewriteSalesOrder(tx, order, {header, items})
      return told(orders)
    }),
  )
}

/** Deletes every order of a reference. */
export function deleteOrder(world: World, query: URLSearchParams): Reply {
  const orders = ordersOf(world, query)
  return world.transaction((tx) => {
    for (const order of orders) removeSalesOrder(tx, [textOf(order, 'SalesOrder')])
    return told(orders)
  })
}

/** Changes a business partner, as somebody in SAP would. */
export function rewritePartner(world: World, query: URLSearchParams, drift: z.output<typeof fields>): Reply {
  const id = query.get('id') ?? ''
  return refusable(() =>
    world.transaction((tx) => {
      const partner = tx.find('businessPartner', [id])
      if (!partner) return json(404, {error: {message: `There is no business partner ${id}.`}})
      rewriteBusinessPartner(tx, partner, draftOf('businessPartner', drift))
      return json(200, {changed: [id]})
    }),
  )
}

function ordersOf(world: World, query: URLSearchParams): readonly Row[] {
  return world.where('salesOrder', 'PurchaseOrderByCustomer', query.get('reference') ?? '')
}

function told(orders: readonly Row[]): Reply {
  if (orders.length === 0) return json(404, {error: {message: 'There is no order with this reference.'}})
  return json(200, {changed: orders.map((order) => textOf(order, 'SalesOrder'))})
}

function refusable(change: () => Reply): Reply {
  try {
    return change()
  } catch (error) {
    if (error instanceof Refusal) return json(400, {error: {message: error.message}})
    throw error
  }
}

/** @throws Refusal for a field that is not there, or a value it cannot hold. */
function draftOf(table: TableName, drift: z.output<typeof fields>): Draft {
  return Object.fromEntries(
    Object.entries(drift).map(([name, value]) => {
      const type = dictionary[table].fields[name]
      const read = type && protocolV4.readValue(type, value)
      if (type === undefined || read === undefined)
        throw new Refusal(`${table} has no field ${name} that can hold ${JSON.stringify(value)}.`, {code: 'SBX/001'})
      return [name, read]
    }),
  )
}
