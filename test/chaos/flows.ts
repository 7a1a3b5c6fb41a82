/**
 * The flows of a run. By OData: two that create orders, by V2 and V4; one that keeps partners up to
 * date; one that carries every event of partners, in order. By RFC: orders by a BAPI and a COMMIT of
 * ours; orders by a function that commits inside; one that keeps customers up to date.
 */
export const odataFlows = ['web-order', 'counter-order', 'partner', 'partner-event'] as const
export const rfcFlows = ['bapi-order', 'own-order', 'customer'] as const

export type OdataFlow = (typeof odataFlows)[number]
export type RfcFlow = (typeof rfcFlows)[number]
export type FlowName = OdataFlow | RfcFlow

/** Which flows take part. */
export const flowSets = ['odata', 'rfc', 'all'] as const

export type FlowSet = (typeof flowSets)[number]

export function flowsIn(set: FlowSet): readonly FlowName[] {
  switch (set) {
    case 'odata':
      return odataFlows
    case 'rfc':
      return rfcFlows
    case 'all':
      return [...odataFlows, ...rfcFlows]
  }
}

/** How a flow treats messages of one key. */
export type Order = 'none' | 'latest' | 'strict'

export const orderOf: Readonly<Record<FlowName, Order>> = {
  'web-order': 'none',
  'counter-order': 'none',
  partner: 'latest',
  'partner-event': 'strict',
  'bapi-order': 'none',
  'own-order': 'none',
  customer: 'latest',
}

/** Whether every message of the flow is a document of its own in SAP; else it changes the one of its key. */
export const isCreateFlow: Readonly<Record<FlowName, boolean>> = {
  'web-order': true,
  'counter-order': true,
  partner: false,
  'partner-event': false,
  'bapi-order': true,
  'own-order': true,
  customer: false,
}

export interface Addresses {
  readonly postgresUrl: string
  readonly rabbitmqUrl: string
  readonly managementUrl: string
  readonly erpUrl: string
  /** As the stand-in for SAP's library takes it. */
  readonly rfcAddress: string
  readonly erpUser: string
  readonly erpPassword: string
}

/**
 * The deadline of one request, and how long a look-up that finds nothing is not
 * yet believed: longer than SAP works on for a client that has left.
 */
export const callTimeoutMs = 3000
export const settleMs = 4000
