import {customerLength, documentLength, toExternal, toInternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {fromDats} from '#lib/sandbox/erp/rfc/dates.js'
import type {RfcStructure} from '#lib/sandbox/erp/rfc/field-type.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'
import {addDecimals} from '#lib/sandbox/erp/world/decimal.js'
import type {Draft} from '#lib/sandbox/erp/world/dictionary.js'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import {createSalesOrder} from '#lib/sandbox/erp/world/sales-orders.js'
import type {World, WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {type Blame, checkOrder, materialOf, type OrderInput, soldTo} from './check-order.js'

export type PlacedOrder =
  | {
      readonly kind: 'accepted'
      /** Its number as it is stored; empty in a test run. */
      readonly number: string
      /** Books it. */
      readonly write: (tx: WorldTransaction) => void
    }
  | {readonly kind: 'refused'; readonly messages: readonly ReturnMessage[]}

/**
 * Checks an order as SAP does and draws its number. Books nothing: the number is
 * known long before the update that writes the order.
 */
export function placeOrder(world: World, input: OrderInput, blame: Blame, isTestRun: boolean): PlacedOrder {
  const problems = checkOrder(world, input, blame)
  if (problems.length > 0) return refused(problems)
  const order = {...headerOf(input.header), SoldToParty: toExternal(soldTo(input.partners), customerLength) ?? ''}
  const items = input.items.map((item) => itemOf(item, input.schedules))
  const number = isTestRun ? '' : world.transaction((tx) => tx.nextNumber('salesOrder'))
  const write = (tx: WorldTransaction) => void createSalesOrder(tx, order, items, number)
  const problem = rehearse(world, write)
  if (problem) return refused([{type: 'E', code: problem.code, text: problem.message, parameter: blame.items}])
  return {kind: 'accepted', number: number === '' ? '' : toInternal(number, documentLength), write}
}

/** Refuses an order with these messages, and the one that ends all such lists. */
export function refused(messages: readonly ReturnMessage[]): Extract<PlacedOrder, {kind: 'refused'}> {
  return {kind: 'refused', messages: [...messages, {type: 'E', code: 'V4/219', text: 'Sales document was not changed'}]}
}

function headerOf(header: RfcStructure): Draft {
  const docDate = fromDats(textIn(header, 'DOC_DATE'))
  return {
    SalesOrderType: documentType(textIn(header, 'DOC_TYPE')),
    SalesOrganization: textIn(header, 'SALES_ORG'),
    DistributionChannel: textIn(header, 'DISTR_CHAN'),
    OrganizationDivision: textIn(header, 'DIVISION'),
    PurchaseOrderByCustomer: textIn(header, 'PURCH_NO_C'),
    CustomerPurchaseOrderType: textIn(header, 'PO_METHOD'),
    CustomerPurchaseOrderDate: fromDats(textIn(header, 'PURCH_DATE')) ?? null,
    RequestedDeliveryDate: fromDats(textIn(header, 'REQ_DATE_H')) ?? null,
    TransactionCurrency: textIn(header, 'CURRENCY'),
    ...(typeof docDate === 'number' ? {SalesOrderDate: docDate} : {}),
  }
}

/** Schedule lines say how much is ordered; where there are none, the target quantity does. */
function itemOf(item: RfcStructure, schedules: readonly RfcStructure[]): Draft {
  const position = textIn(item, 'ITM_NUMBER')
  const own = schedules.filter((line) => textIn(line, 'ITM_NUMBER') === position)
  const scheduled = own.reduce((total, line) => addDecimals(total, textIn(line, 'REQ_QTY')), '0.000')
  return {
    SalesOrderItem: position.replace(/^0+/, ''),
    Material: materialOf(item).external ?? '',
    SalesOrderItemText: textIn(item, 'SHORT_TEXT'),
    RequestedQuantity: own.length === 0 ? textIn(item, 'TARGET_QTY') || '0.000' : scheduled,
    RequestedQuantityUnit: textIn(item, 'TARGET_QU'),
  }
}

/** The internal key of a standard order is German. */
function documentType(internal: string): string {
  return internal === 'TA' ? 'OR' : internal
}

/** Runs a write and takes it back, to know what the world has against it. */
function rehearse(world: World, write: (tx: WorldTransaction) => void): Refusal | undefined {
  const curtain = new Error('end of the rehearsal')
  try {
    return world.transaction((tx): never => {
      write(tx)
      throw curtain
    })
  } catch (thrown) {
    if (thrown === curtain) return undefined
    if (thrown instanceof Refusal) return thrown
    throw thrown
  }
}
