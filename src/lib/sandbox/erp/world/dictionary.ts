/** What a field can hold, in the words of a data dictionary. */
export type FieldType =
  | {readonly kind: 'text'; readonly length: number}
  | {readonly kind: 'decimal'; readonly precision: number; readonly scale: number}
  | {readonly kind: 'flag'}
  | {readonly kind: 'date'}
  | {readonly kind: 'timestamp'}

/** A field: `computed` ones are set by the world alone, `internal` ones are shown on no face. */
export type Field = FieldType & {readonly computed?: true; readonly internal?: true}

/**
 * What a field holds: text and decimals are strings (a decimal with all its
 * decimals, "2.000"), a flag is a boolean, dates and timestamps are ms since 1970.
 */
export type Value = string | number | boolean | null

export type Row = Readonly<Record<string, Value>>

/** The fields that a caller sets; the world adds the others. */
export type Draft = Readonly<Record<string, Value>>

export interface TableDefinition {
  readonly key: readonly string[]
  /** Fields that rows are looked up by. */
  readonly indexes: readonly string[]
  readonly fields: Readonly<Record<string, Field>>
}

export type TableName =
  | 'businessPartner'
  | 'businessPartnerAddress'
  | 'idoc'
  | 'product'
  | 'productDescription'
  | 'salesOrder'
  | 'salesOrderItem'

/** A row in which nothing is set yet. As in ABAP, an unset text is empty, an unset number zero. */
export function initialRow(table: TableName): Row {
  return Object.fromEntries(Object.entries(dictionary[table].fields).map(([name, type]) => [name, initialValue(type)]))
}

/** What a field holds before anybody sets it. */
export function initialValue(type: FieldType): Value {
  switch (type.kind) {
    case 'text':
      return ''
    case 'decimal':
      return (0).toFixed(type.scale)
    case 'flag':
      return false
    case 'date':
    case 'timestamp':
      return null
  }
}

/** A text field's content. */
export function textOf(row: Row, field: string): string {
  const value = row[field]
  return typeof value === 'string' ? value : ''
}

const text = (length: number) => ({kind: 'text', length}) as const
const decimal = (precision: number, scale: number) => ({kind: 'decimal', precision, scale}) as const
const flag = {kind: 'flag'} as const
const date = {kind: 'date'} as const
const timestamp = {kind: 'timestamp'} as const
const computed = {computed: true} as const
const internal = {internal: true} as const

/** All tables of the world. Fields are named as in SAP's released views, whichever face shows them. */
export const dictionary: Readonly<Record<TableName, TableDefinition>> = {
  businessPartner: {
    key: ['BusinessPartner'],
    indexes: [],
    fields: {
      BusinessPartner: text(10),
      Customer: {...text(10), ...computed},
      BusinessPartnerCategory: text(1),
      BusinessPartnerFullName: {...text(81), ...computed},
      OrganizationBPName1: text(40),
      FirstName: text(40),
      LastName: text(40),
      SearchTerm1: text(20),
      BusinessPartnerIsBlocked: flag,
      LastChangeDate: {...date, ...computed},
      LastChangeDateTime: {...timestamp, ...computed, ...internal},
    },
  },
  businessPartnerAddress: {
    key: ['BusinessPartner', 'AddressID'],
    indexes: ['BusinessPartner'],
    fields: {
      BusinessPartner: text(10),
      AddressID: text(10),
      CityName: text(40),
      PostalCode: text(10),
      StreetName: text(60),
      Country: text(3),
    },
  },
  /** The control record of an IDoc with its latest status: what SAP keeps in EDIDC and EDIDS. */
  idoc: {
    key: ['DOCNUM'],
    indexes: ['ARCKEY'],
    fields: {
      DOCNUM: text(16),
      ARCKEY: text(70),
      MESTYP: text(30),
      IDOCTYP: text(30),
      STATUS: text(2),
      STATXT: text(220),
      STAMID: text(20),
      STAMNO: text(3),
      OBJKEY: text(70),
      XML: {...text(1_000_000), ...internal},
    },
  },
  product: {
    key: ['Product'],
    indexes: [],
    fields: {
      Product: text(40),
      ProductType: text(4),
      BaseUnit: text(3),
      ProductGroup: text(9),
      GrossWeight: decimal(13, 3),
      NetPrice: {...decimal(16, 3), ...internal},
    },
  },
  productDescription: {
    key: ['Product', 'Language'],
    indexes: ['Product'],
    fields: {Product: text(40), Language: text(2), ProductDescription: text(40)},
  },
  salesOrder: {
    key: ['SalesOrder'],
    indexes: ['PurchaseOrderByCustomer'],
    fields: {
      SalesOrder: {...text(10), ...computed},
      SalesOrderType: text(4),
      SalesOrganization: text(4),
      DistributionChannel: text(2),
      OrganizationDivision: text(2),
      SoldToParty: text(10),
      PurchaseOrderByCustomer: text(35),
      CustomerPurchaseOrderType: text(4),
      CustomerPurchaseOrderDate: date,
      SalesOrderDate: date,
      RequestedDeliveryDate: date,
      TransactionCurrency: text(5),
      TotalNetAmount: {...decimal(16, 3), ...computed},
      OverallSDProcessStatus: {...text(1), ...computed},
      CreationDate: {...date, ...computed},
      LastChangeDateTime: {...timestamp, ...computed},
    },
  },
  salesOrderItem: {
    key: ['SalesOrder', 'SalesOrderItem'],
    indexes: ['SalesOrder'],
    fields: {
      SalesOrder: text(10),
      SalesOrderItem: text(6),
      Material: text(40),
      SalesOrderItemText: text(40),
      RequestedQuantity: decimal(15, 3),
      RequestedQuantityUnit: text(3),
      NetAmount: {...decimal(16, 3), ...computed},
      TransactionCurrency: {...text(5), ...computed},
    },
  },
}
