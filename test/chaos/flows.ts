/**
 * The flows of a run: two that create orders, by OData V2 and V4; one that keeps
 * partners up to date; one that carries every event of partners, in order.
 */
export const flowNames = ['web-order', 'counter-order', 'partner', 'partner-event'] as const

export type FlowName = (typeof flowNames)[number]

/** How a flow treats messages of one key. */
export type Order = 'none' | 'latest' | 'strict'

export const orderOf: Readonly<Record<FlowName, Order>> = {
  'web-order': 'none',
  'counter-order': 'none',
  partner: 'latest',
  'partner-event': 'strict',
}

/** Whether every message of the flow is a document of its own in SAP; else it changes the one of its key. */
export const isCreateFlow: Readonly<Record<FlowName, boolean>> = {
  'web-order': true,
  'counter-order': true,
  partner: false,
  'partner-event': false,
}

export interface Addresses {
  readonly postgresUrl: string
  readonly rabbitmqUrl: string
  readonly managementUrl: string
  readonly erpUrl: string
  readonly erpUser: string
  readonly erpPassword: string
}

/**
 * The deadline of one request, and how long a look-up that finds nothing is not
 * yet believed: longer than SAP works on for a client that has left.
 */
const callTimeoutMs = 3000
export const settleMs = 4000

/** The files of the configuration, by name: YAML is a superset of JSON. */
export function configurationFiles(addresses: Addresses): Readonly<Record<string, string>> {
  return {
    'erpsync.yaml': JSON.stringify(configuration(addresses), null, 2),
    'order.schema.json': JSON.stringify(orderSchema),
    'web-order.jsonata': webOrderMapping,
    'counter-order.jsonata': counterOrderMapping,
    'partner.schema.json': JSON.stringify(partnerSchema),
    'partner.jsonata': partnerMapping,
  }
}

function configuration({postgresUrl, rabbitmqUrl, managementUrl, erpUrl, erpUser, erpPassword}: Addresses): unknown {
  const destination = (path: string) => ({
    kind: 'odata',
    baseUrl: `${erpUrl}${path}`,
    auth: {basic: {user: erpUser, password: erpPassword}},
    timeout: `${callTimeoutMs}ms`,
    limits: {concurrency: 16},
    // Opens now and then, and is soon closed again: a breaker that is open keeps the faults away.
    breaker: {failures: 10, within: '5s', probeEvery: '1s'},
  })
  const common = {
    version: 'revision',
    // Enough of them that no message dies of bad luck alone.
    retry: {delays: ['500ms', '1s', '3s'], attempts: 30, maxAge: '1h'},
  }
  const probe = {settle: `${settleMs}ms`}
  const partners = {
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
    postgres: {url: postgresUrl},
    rabbitmq: {urls: [rabbitmqUrl], managementUrl, prefix: 'chaos'},
    destinations: {v2: destination('/sap/opu/odata/sap'), v4: destination('/sap/opu/odata4/sap')},
    flows: {
      'web-order': {
        ...common,
        schema: 'order.schema.json',
        key: 'orderId',
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
        ...common,
        schema: 'order.schema.json',
        key: 'orderId',
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
      partner: {...partners, order: orderOf.partner},
      'partner-event': {...partners, order: orderOf['partner-event']},
    },
  }
}

const orderSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['orderId', 'revision', 'customerId', 'items'],
  properties: {
    orderId: {type: 'string', pattern: '^[WC][0-9]+$'},
    revision: {type: 'integer', minimum: 1},
    customerId: {type: 'string'},
    items: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sku', 'quantity'],
        properties: {sku: {type: 'string'}, quantity: {type: 'integer', minimum: 1}},
      },
    },
  },
}

const partnerSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['partnerId', 'revision', 'name'],
  properties: {
    partnerId: {type: 'string', pattern: '^[A-Z0-9_]+$', maxLength: 10},
    revision: {type: 'integer', minimum: 1},
    name: {type: 'string', maxLength: 40},
  },
}

const webOrderMapping = `{
  "SalesOrderType": "OR",
  "SoldToParty": customerId,
  "PurchaseOrderByCustomer": orderId & "/" & $string(revision),
  "TransactionCurrency": "USD",
  "to_Item": [items.{"Material": sku, "RequestedQuantity": $string(quantity)}]
}`

const counterOrderMapping = `{
  "SalesOrderType": "OR",
  "SoldToParty": customerId,
  "PurchaseOrderByCustomer": orderId & "/" & $string(revision),
  "TransactionCurrency": "USD",
  "_Item": [items.{"Product": sku, "RequestedQuantity": quantity}]
}`

const partnerMapping = `{
  "BusinessPartner": partnerId,
  "BusinessPartnerCategory": "2",
  "OrganizationBPName1": name
}`
