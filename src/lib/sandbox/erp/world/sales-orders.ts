import {addDecimals, multiplyDecimals} from './decimal.js'
import {type Draft, initialRow, type Row, textOf, type Value} from './dictionary.js'
import {Refusal} from './refusal.js'
import {changedAt, today} from './stamps.js'
import type {WorldTransaction} from './world.js'

/** Books a sales order with its items under the next number, or one drawn before; or refuses it whole. */
export function createSalesOrder(tx: WorldTransaction, header: Draft, items: readonly Draft[], drawn?: string): Row {
  requireCustomer(tx, textOf(header, 'SoldToParty'))
  const number = drawn ?? tx.nextNumber('salesOrder')
  const order = tx.put('salesOrder', {
    ...initialRow('salesOrder'),
    SalesOrderDate: today(tx),
    ...header,
    SalesOrder: number,
    OverallSDProcessStatus: 'A',
    CreationDate: today(tx),
    LastChangeDateTime: changedAt(tx),
  })
  for (const item of items) addItem(tx, order, item)
  tx.book({kind: 'create', reference: textOf(order, 'PurchaseOrderByCustomer'), document: number})
  return tx.put('salesOrder', {...order, TotalNetAmount: totalOf(tx, number)})
}

/** Changes the header of a sales order; undefined if there is none. */
export function changeSalesOrder(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const order = tx.find('salesOrder', key)
  if (!order) return undefined
  if ('SoldToParty' in draft) requireCustomer(tx, textOf(draft, 'SoldToParty'))
  return touch(tx, {...order, ...draft, SalesOrder: textOf(order, 'SalesOrder')})
}

/** Adds an item to a sales order. */
export function createSalesOrderItem(tx: WorldTransaction, draft: Draft): Row {
  const number = textOf(draft, 'SalesOrder')
  const order = tx.find('salesOrder', [number])
  if (!order) throw new Refusal(`Sales document ${number} does not exist.`, {code: 'V1/302', target: 'SalesOrder'})
  const item = addItem(tx, order, draft)
  touch(tx, order)
  return item
}

/** Changes an item, which changes its order too; undefined if there is none. */
export function changeSalesOrderItem(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const item = tx.find('salesOrderItem', key)
  const order = item && tx.find('salesOrder', [textOf(item, 'SalesOrder')])
  if (!order) return undefined
  const changed = putItem(tx, order, {...item, ...draft}, textOf(item, 'SalesOrderItem'))
  touch(tx, order)
  return changed
}

/** Deletes an item, which changes its order too; false if there is none. */
export function removeSalesOrderItem(tx: WorldTransaction, key: readonly Value[]): boolean {
  const item = tx.find('salesOrderItem', key)
  const order = item && tx.find('salesOrder', [textOf(item, 'SalesOrder')])
  if (!order) return false
  tx.remove('salesOrderItem', item)
  touch(tx, order)
  return true
}

/** Deletes a sales order with its items; false if there is none. Nothing is counted: it has no effect any more. */
export function removeSalesOrder(tx: WorldTransaction, key: readonly Value[]): boolean {
  const order = tx.find('salesOrder', key)
  if (!order) return false
  for (const item of tx.where('salesOrderItem', 'SalesOrder', textOf(order, 'SalesOrder')))
    tx.remove('salesOrderItem', item)
  tx.remove('salesOrder', order)
  return true
}

/**
 * Rewrites an order as if somebody in SAP had done it: its ETag is another one,
 * but nothing is counted as an effect. An item given as null is deleted.
 */
export function rewriteSalesOrder(
  tx: WorldTransaction,
  order: Row,
  {header, items}: {readonly header: Draft; readonly items: Readonly<Record<string, Draft | null>>},
): Row {
  const changed = {...order, ...header, SalesOrder: textOf(order, 'SalesOrder')}
  for (const [position, draft] of Object.entries(items)) {
    const held = tx.find('salesOrderItem', [textOf(order, 'SalesOrder'), position])
    if (draft !== null) putItem(tx, changed, {...(held ?? initialRow('salesOrderItem')), ...draft}, position)
    else if (held) tx.remove('salesOrderItem', held)
  }
  return stamp(tx, changed)
}

function addItem(tx: WorldTransaction, order: Row, draft: Draft): Row {
  const position = textOf(draft, 'SalesOrderItem') || nextPosition(tx, order)
  if (tx.find('salesOrderItem', [textOf(order, 'SalesOrder'), position])) {
    throw new Refusal(`Item ${position} already exists.`, {code: 'V1/331', target: 'SalesOrderItem'})
  }
  return putItem(tx, order, {...initialRow('salesOrderItem'), ...draft}, position)
}

/** Items are numbered in steps of ten, behind the highest there is. */
function nextPosition(tx: WorldTransaction, order: Row): string {
  const positions = tx.where('salesOrderItem', 'SalesOrder', textOf(order, 'SalesOrder'))
  const highest = positions.reduce((last, item) => Math.max(last, Number(textOf(item, 'SalesOrderItem')) || 0), 0)
  return String((Math.floor(highest / 10) + 1) * 10)
}

/** Writes an item with what the product says of it: price, and text and unit unless given. */
function putItem(tx: WorldTransaction, order: Row, item: Draft, position: string): Row {
  const material = textOf(item, 'Material')
  const product = tx.find('product', [material])
  if (!product) throw new Refusal(`Material ${material} is not defined.`, {code: 'V1/319', target: 'Material'})
  const description = tx.find('productDescription', [material, 'EN'])
  return tx.put('salesOrderItem', {
    ...item,
    SalesOrder: textOf(order, 'SalesOrder'),
    SalesOrderItem: position,
    SalesOrderItemText:
      textOf(item, 'SalesOrderItemText') || (description ? textOf(description, 'ProductDescription') : ''),
    RequestedQuantityUnit: textOf(item, 'RequestedQuantityUnit') || textOf(product, 'BaseUnit'),
    NetAmount: multiplyDecimals(textOf(item, 'RequestedQuantity'), textOf(product, 'NetPrice'), 3),
    TransactionCurrency: textOf(order, 'TransactionCurrency'),
  })
}

function touch(tx: WorldTransaction, order: Row): Row {
  const number = textOf(order, 'SalesOrder')
  tx.book({kind: 'change', reference: textOf(order, 'PurchaseOrderByCustomer'), document: number})
  return stamp(tx, order)
}

function stamp(tx: WorldTransaction, order: Row): Row {
  const number = textOf(order, 'SalesOrder')
  return tx.put('salesOrder', {
    ...order,
    TotalNetAmount: totalOf(tx, number),
    LastChangeDateTime: changedAt(tx, order),
  })
}

function totalOf(tx: WorldTransaction, number: string): string {
  const items = tx.where('salesOrderItem', 'SalesOrder', number)
  return items.reduce((total, item) => addDecimals(total, textOf(item, 'NetAmount')), '0.000')
}

function requireCustomer(tx: WorldTransaction, id: string): void {
  if (tx.find('businessPartner', [id])) return
  throw new Refusal(`Customer ${id} does not exist.`, {code: 'VP/204', target: 'SoldToParty'})
}
