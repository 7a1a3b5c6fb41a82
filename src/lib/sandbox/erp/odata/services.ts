import {dictionary, type TableName} from '#lib/sandbox/erp/world/dictionary.js'
import {
  changeAddress,
  changeBusinessPartner,
  createAddress,
  createBusinessPartner,
} from '#lib/sandbox/erp/world/business-partners.js'
import {changeDescription, changeProduct, createDescription, createProduct} from '#lib/sandbox/erp/world/products.js'
import {
  changeSalesOrder,
  changeSalesOrderItem,
  createSalesOrder,
  createSalesOrderItem,
  removeSalesOrder,
  removeSalesOrderItem,
} from '#lib/sandbox/erp/world/sales-orders.js'
import {methodNotAllowed} from './gateway-error.js'
import type {EntitySet, Property, Service} from './model.js'

export const v2Root = '/sap/opu/odata/sap'

type NamedSet = Pick<EntitySet, 'name' | 'typeName' | 'navigations'>

/** Every service of the sandbox. All of them show the same world. */
export const services: readonly Service[] = [
  {
    version: 'v2',
    path: `${v2Root}/API_SALES_ORDER_SRV`,
    namespace: 'API_SALES_ORDER_SRV',
    sets: [
      orders({
        name: 'A_SalesOrder',
        typeName: 'A_SalesOrderType',
        navigations: [{name: 'to_Item', target: 'A_SalesOrderItem', isCollection: true, on: 'SalesOrder'}],
      }),
      orderItems({
        name: 'A_SalesOrderItem',
        typeName: 'A_SalesOrderItemType',
        navigations: [{name: 'to_SalesOrder', target: 'A_SalesOrder', isCollection: false, on: 'SalesOrder'}],
      }),
    ],
  },
  {
    version: 'v2',
    path: `${v2Root}/API_BUSINESS_PARTNER`,
    namespace: 'API_BUSINESS_PARTNER',
    sets: [
      {
        name: 'A_BusinessPartner',
        typeName: 'A_BusinessPartnerType',
        table: 'businessPartner',
        properties: propertiesOf('businessPartner'),
        navigations: [
          {
            name: 'to_BusinessPartnerAddress',
            target: 'A_BusinessPartnerAddress',
            isCollection: true,
            on: 'BusinessPartner',
          },
        ],
        hasEtag: true,
        create: createBusinessPartner,
        change: changeBusinessPartner,
      },
      {
        name: 'A_BusinessPartnerAddress',
        typeName: 'A_BusinessPartnerAddressType',
        table: 'businessPartnerAddress',
        properties: propertiesOf('businessPartnerAddress'),
        navigations: [],
        hasEtag: false,
        create: createAddress,
        change: changeAddress,
      },
    ],
  },
  {
    version: 'v2',
    path: `${v2Root}/API_PRODUCT_SRV`,
    namespace: 'API_PRODUCT_SRV',
    sets: [
      {
        name: 'A_Product',
        typeName: 'A_ProductType',
        table: 'product',
        properties: propertiesOf('product'),
        navigations: [{name: 'to_Description', target: 'A_ProductDescription', isCollection: true, on: 'Product'}],
        hasEtag: false,
        create: createProduct,
        change: changeProduct,
      },
      {
        name: 'A_ProductDescription',
        typeName: 'A_ProductDescriptionType',
        table: 'productDescription',
        properties: propertiesOf('productDescription'),
        navigations: [],
        hasEtag: false,
        create: createDescription,
        change: changeDescription,
      },
    ],
  },
  {
    // SAP has no such service of its own: it stands for the view over EDIDC and EDIDS that a customer makes.
    version: 'v2',
    path: `${v2Root}/ZERPSYNC_IDOC_SRV`,
    namespace: 'ZERPSYNC_IDOC_SRV',
    sets: [
      {
        name: 'IDocStatusSet',
        typeName: 'IDocStatus',
        table: 'idoc',
        properties: propertiesOf('idoc'),
        navigations: [],
        hasEtag: false,
        create: refuseWrite,
        change: refuseWrite,
      },
    ],
  },
  {
    version: 'v4',
    path: '/sap/opu/odata4/sap/api_salesorder/srvd_a2x/sap/salesorder/0001',
    namespace: 'com.sap.gateway.srvd_a2x.api_salesorder.v0001',
    sets: [
      orders({
        name: 'SalesOrder',
        typeName: 'SalesOrderType',
        navigations: [{name: '_Item', target: 'SalesOrderItem', isCollection: true, on: 'SalesOrder'}],
      }),
      orderItems(
        {
          name: 'SalesOrderItem',
          typeName: 'SalesOrderItemType',
          navigations: [{name: '_SalesOrder', target: 'SalesOrder', isCollection: false, on: 'SalesOrder'}],
        },
        {Material: 'Product'},
      ),
    ],
  },
]

function refuseWrite(): never {
  throw methodNotAllowed('POST', 'GET, HEAD')
}

function orders(named: NamedSet): EntitySet {
  return {
    ...named,
    table: 'salesOrder',
    properties: propertiesOf('salesOrder'),
    hasEtag: true,
    create: createSalesOrder,
    change: changeSalesOrder,
    remove: removeSalesOrder,
  }
}

function orderItems(named: NamedSet, names: Readonly<Record<string, string>> = {}): EntitySet {
  return {
    ...named,
    table: 'salesOrderItem',
    properties: propertiesOf('salesOrderItem', names),
    hasEtag: false,
    create: createSalesOrderItem,
    change: changeSalesOrderItem,
    remove: removeSalesOrderItem,
  }
}

/** All fields of a table that a face may show, under their own names unless another is given. */
function propertiesOf(table: TableName, names: Readonly<Record<string, string>> = {}): readonly Property[] {
  const {key, fields} = dictionary[table]
  return Object.entries(fields)
    .filter(([, type]) => !type.internal)
    .map(([field, type]) => ({
      name: names[field] ?? field,
      field,
      type,
      isKey: key.includes(field),
      isComputed: type.computed ?? false,
    }))
}
