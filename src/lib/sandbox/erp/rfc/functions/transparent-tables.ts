import {customerLength, documentLength, toExternal, toInternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {toDats} from '#lib/sandbox/erp/rfc/dates.js'
import {clientNumber} from '#lib/sandbox/erp/rfc/logon.js'
import {type Row, textOf} from '#lib/sandbox/erp/world/dictionary.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import type {Condition} from './table-options.js'

/** A column as RFC_READ_TABLE tells of it: type as in ABAP, length as shown. */
export interface Column {
  readonly name: string
  readonly type: 'C' | 'D' | 'P'
  readonly length: number
  readonly text: string
}

export interface TransparentTable {
  readonly columns: readonly Column[]
  /** All its rows, or fewer where a condition shows which ones can be meant. */
  readonly rows: (world: World, conditions: readonly Condition[]) => readonly Readonly<Record<string, string>>[]
}

/** Tables of the database as views of the world, with the fields it has something for. */
export const transparentTables: ReadonlyMap<string, TransparentTable> = new Map([
  [
    'VBAK',
    {
      columns: [
        {name: 'MANDT', type: 'C', length: 3, text: 'Client'},
        {name: 'VBELN', type: 'C', length: documentLength, text: 'Sales Document'},
        {name: 'ERDAT', type: 'D', length: 8, text: 'Date on which the record was created'},
        {name: 'AUDAT', type: 'D', length: 8, text: 'Document Date (Date Received/Sent)'},
        {name: 'AUART', type: 'C', length: 4, text: 'Sales Document Type'},
        {name: 'NETWR', type: 'P', length: 15, text: 'Net Value of the Sales Order in Document Currency'},
        {name: 'WAERK', type: 'C', length: 5, text: 'SD document currency'},
        {name: 'VKORG', type: 'C', length: 4, text: 'Sales Organization'},
        {name: 'VTWEG', type: 'C', length: 2, text: 'Distribution Channel'},
        {name: 'SPART', type: 'C', length: 2, text: 'Division'},
        {name: 'VDATU', type: 'D', length: 8, text: 'Requested Delivery Date'},
        {name: 'BSTNK', type: 'C', length: 35, text: 'Customer Reference'},
        {name: 'KUNNR', type: 'C', length: customerLength, text: 'Sold-to Party'},
        {name: 'GBSTK', type: 'C', length: 1, text: 'Overall Processing Status'},
      ],
      rows: (world, conditions) => orders(world, conditions).map(vbak),
    },
  ],
  [
    'KNA1',
    {
      columns: [
        {name: 'MANDT', type: 'C', length: 3, text: 'Client'},
        {name: 'KUNNR', type: 'C', length: customerLength, text: 'Customer Number'},
        {name: 'LAND1', type: 'C', length: 3, text: 'Country/Region Key'},
        {name: 'NAME1', type: 'C', length: 35, text: 'Name 1'},
        {name: 'ORT01', type: 'C', length: 35, text: 'City'},
        {name: 'PSTLZ', type: 'C', length: 10, text: 'Postal Code'},
        {name: 'SORTL', type: 'C', length: 10, text: 'Sort field'},
        {name: 'STRAS', type: 'C', length: 35, text: 'Street and House Number'},
        {name: 'KTOKD', type: 'C', length: 4, text: 'Customer Account Group'},
      ],
      rows: (world, conditions) => customers(world, conditions).map((row) => kna1(world, row)),
    },
  ],
])

function orders(world: World, conditions: readonly Condition[]): readonly Row[] {
  const reference = valueOf(conditions, 'BSTNK')
  if (reference !== undefined) return world.where('salesOrder', 'PurchaseOrderByCustomer', reference)
  const number = valueOf(conditions, 'VBELN')
  return number === undefined ? world.all('salesOrder') : found(world, 'salesOrder', number, documentLength)
}

function customers(world: World, conditions: readonly Condition[]): readonly Row[] {
  const number = valueOf(conditions, 'KUNNR')
  return number === undefined ? world.all('businessPartner') : found(world, 'businessPartner', number, customerLength)
}

function found(world: World, table: 'salesOrder' | 'businessPartner', stored: string, length: number): readonly Row[] {
  const key = toExternal(stored, length)
  const row = key === undefined ? undefined : world.find(table, [key])
  return row ? [row] : []
}

function valueOf(conditions: readonly Condition[], field: string): string | undefined {
  return conditions.find((condition) => condition.field === field)?.value
}

function vbak(order: Row): Readonly<Record<string, string>> {
  return {
    MANDT: clientNumber,
    VBELN: toInternal(textOf(order, 'SalesOrder'), documentLength),
    ERDAT: toDats(order.CreationDate),
    AUDAT: toDats(order.SalesOrderDate),
    AUART: textOf(order, 'SalesOrderType') === 'OR' ? 'TA' : textOf(order, 'SalesOrderType'),
    NETWR: textOf(order, 'TotalNetAmount').slice(0, -1),
    WAERK: textOf(order, 'TransactionCurrency'),
    VKORG: textOf(order, 'SalesOrganization'),
    VTWEG: textOf(order, 'DistributionChannel'),
    SPART: textOf(order, 'OrganizationDivision'),
    VDATU: toDats(order.RequestedDeliveryDate),
    BSTNK: textOf(order, 'PurchaseOrderByCustomer'),
    KUNNR: toInternal(textOf(order, 'SoldToParty'), customerLength),
    GBSTK: textOf(order, 'OverallSDProcessStatus'),
  }
}

function kna1(world: World, customer: Row): Readonly<Record<string, string>> {
  const [address = {}] = world.where('businessPartnerAddress', 'BusinessPartner', textOf(customer, 'BusinessPartner'))
  return {
    MANDT: clientNumber,
    KUNNR: toInternal(textOf(customer, 'BusinessPartner'), customerLength),
    LAND1: textOf(address, 'Country'),
    NAME1: textOf(customer, 'BusinessPartnerFullName').slice(0, 35),
    ORT01: textOf(address, 'CityName').slice(0, 35),
    PSTLZ: textOf(address, 'PostalCode'),
    SORTL: textOf(customer, 'SearchTerm1').slice(0, 10),
    STRAS: textOf(address, 'StreetName').slice(0, 35),
    KTOKD: 'KUNA',
  }
}
