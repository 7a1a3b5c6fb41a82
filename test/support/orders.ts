import type {Admissible} from '#lib/intake/door.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'

/** A sales order as the shop of the examples writes it. */
export interface Order {
  readonly orderId: string
  readonly revision: number
  readonly [field: string]: unknown
}

/** An order that the sandbox ERP books. */
export function order(orderId: string, changes: Readonly<Record<string, unknown>> = {}): Order {
  return {
    orderId,
    revision: 1,
    shop: 'us',
    orderedAt: '2026-03-02T05:04:09Z',
    customerId: 'USCU_S01',
    currency: 'USD',
    items: [{sku: 'TG10', text: 'Paper A4', quantity: 2, netPrice: '4.99'}],
    ...changes,
  }
}

/** Orders with a common prefix, numbered from 1. */
export function orders(prefix: string, count: number): readonly Order[] {
  return Array.from({length: count}, (_, index) => order(`${prefix}-${index + 1}`))
}

/** The reference under which SAP books an order: that of the examples' mapping. */
export function referenceOf({orderId, revision}: Order): string {
  return `${orderId}/${revision}`
}

/** An order behind the door, without having gone through it. */
export function admissible(document: Order): Admissible {
  const identity = `${document.orderId}@${document.revision}`
  return {
    kind: 'admissible',
    document,
    key: document.orderId,
    version: String(document.revision),
    idempotencyKey: identity,
    reference: referenceOf(document),
    hash: payloadHash(document),
  }
}
