import {type Addresses, type OdataFlow, orderOf, settleMs} from './flows.js'

export function odataDestinations({erpUrl, erpUser, erpPassword}: Addresses, care: object): object {
  const destination = (path: string): object => ({
    kind: 'odata',
    baseUrl: `${erpUrl}${path}`,
    auth: {basic: {user: erpUser, password: erpPassword}},
    ...care,
  })
  return {v2: destination('/sap/opu/odata/sap'), v4: destination('/sap/opu/odata4/sap')}
}

export function odataFlowSettings(common: object): Readonly<Record<OdataFlow, object>> {
  const order = {...common, schema: 'order.schema.json', key: 'orderId'}
  const partner = {
    ...common,
    schema: 'partner.schema.json',
    key: 'partnerId',
    destination: 'v2',
    operation: {
      service: 'API_BUSINESS_PARTNER',
      entitySet: 'A_BusinessPartner',
      method: 'upsert',
      entityKey: ['BusinessPartner'],
      map: 'partner.jsonata',
      reference: 'BusinessPartner',
      result: 'BusinessPartner',
      probe,
    },
  }
  return {
    'web-order': {
      ...order,
      order: orderOf['web-order'],
      destination: 'v2',
      operation: {
        service: 'API_SALES_ORDER_SRV',
        entitySet: 'A_SalesOrder',
        method: 'create',
        map: 'web-order.jsonata',
        reference: 'PurchaseOrderByCustomer',
        result: 'SalesOrder',
        probe,
      },
    },
    'counter-order': {
      ...order,
      order: orderOf['counter-order'],
      destination: 'v4',
      operation: {
        protocol: 'v4',
        service: 'api_salesorder/srvd_a2x/sap/salesorder/0001',
        entitySet: 'SalesOrder',
        method: 'create',
        map: 'counter-order.jsonata',
        reference: 'PurchaseOrderByCustomer',
        result: 'SalesOrder',
        probe,
      },
    },
    partner: {...partner, order: orderOf.partner},
    'partner-event': {...partner, order: orderOf['partner-event']},
  }
}

export const odataMappings: Readonly<Record<string, string>> = {
  'web-order.jsonata': `{
  "SalesOrderType": "OR",
  "SoldToParty": customerId,
  "PurchaseOrderByCustomer": orderId & "/" & $string(revision),
  "TransactionCurrency": "USD",
  "to_Item": [items.{"Material": sku, "RequestedQuantity": $string(quantity)}]
}`,
  'counter-order.jsonata': `{
  "SalesOrderType": "OR",
  "SoldToParty": customerId,
  "PurchaseOrderByCustomer": orderId & "/" & $string(revision),
  "TransactionCurrency": "USD",
  "_Item": [items.{"Product": sku, "RequestedQuantity": quantity}]
}`,
  'partner.jsonata': `{
  "BusinessPartner": partnerId,
  "BusinessPartnerCategory": "2",
  "OrganizationBPName1": name
}`,
}

const probe = {settle: `${settleMs}ms`}
