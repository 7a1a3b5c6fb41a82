import type {XmlElement} from '#lib/kernel/xml.js'
import {toDecimal} from '#lib/sandbox/erp/world/decimal.js'
import type {Draft, Value} from '#lib/sandbox/erp/world/dictionary.js'
import {textOf} from '#lib/sandbox/erp/world/dictionary.js'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import {createSalesOrder} from '#lib/sandbox/erp/world/sales-orders.js'
import type {WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {fieldOf, segmentsOf, segmentWith} from './segment.js'

/** Books the sales order of an ORDERS05 and gives its number. */
export function postOrder(tx: WorldTransaction, idoc: XmlElement): string {
  const organization = (qualifier: string): string => fieldOf(segmentWith(idoc, 'E1EDK14', 'QUALF', qualifier), 'ORGID')
  const date = (qualifier: string): Value =>
    readDate(fieldOf(segmentWith(idoc, 'E1EDK03', 'IDDAT', qualifier), 'DATUM'))
  const header: Draft = {
    SalesOrderType: organization('012'),
    SalesOrganization: organization('008'),
    DistributionChannel: organization('007'),
    OrganizationDivision: organization('006'),
    SoldToParty: fieldOf(segmentWith(idoc, 'E1EDKA1', 'PARVW', 'AG'), 'PARTN'),
    PurchaseOrderByCustomer: fieldOf(segmentWith(idoc, 'E1EDK02', 'QUALF', '001'), 'BELNR'),
    CustomerPurchaseOrderDate: readDate(fieldOf(segmentWith(idoc, 'E1EDK02', 'QUALF', '001'), 'DATUM')),
    RequestedDeliveryDate: date('002'),
    TransactionCurrency: fieldOf(segmentsOf(idoc, 'E1EDK01')[0], 'CURCY'),
  }
  const order = createSalesOrder(tx, header, segmentsOf(idoc, 'E1EDP01').map(itemOf))
  return textOf(order, 'SalesOrder')
}

function itemOf(segment: XmlElement): Draft {
  const product = segmentWith(segment, 'E1EDP19', 'QUALF', '002')
  const unit = fieldOf(segment, 'MENEE')
  return {
    SalesOrderItem: fieldOf(segment, 'POSEX').replace(/^0+/, ''),
    Material: fieldOf(product, 'IDTNR'),
    SalesOrderItemText: fieldOf(product, 'KTEXT'),
    RequestedQuantity: readQuantity(fieldOf(segment, 'MENGE')),
    RequestedQuantityUnit: isoUnits[unit] ?? unit,
  }
}

/** IDocs carry characters only: what they mean shows itself when they are posted. */
function readQuantity(text: string): string {
  const quantity = toDecimal(text, 15, 3)
  if (quantity === undefined) throw new Refusal(`Quantity ${text} is not a number.`, {code: 'VG/140', target: 'MENGE'})
  return quantity
}

function readDate(text: string): Value {
  if (text === '') return null
  const ms = /^\d{8}$/.test(text) ? Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) : Number.NaN
  if (Number.isNaN(ms)) throw new Refusal(`Date ${text} is invalid.`, {code: 'VG/141', target: 'DATUM'})
  return ms
}

/** IDocs name units by their ISO codes. */
const isoUnits: Readonly<Record<string, string>> = {PCE: 'PC', KGM: 'KG'}
