import type {ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'

/** Leave to call a destination once. */
export interface Permit {
  /** Makes the call it is for, lets the breaker know how it went, and frees the slot. */
  readonly spend: <Outcome extends SubmitOutcome | ProbeOutcome>(call: () => Promise<Outcome>) => Promise<Outcome>
  /** Frees the slot if no call was made; else nothing. */
  readonly giveBack: () => Promise<void>
}

/**
 * How a delivery comes to its call, or does not:
 *
 * - `admitted`: it may call now
 * - `overdue`: it has waited so long that the broker would soon lose patience
 * - `stopped`: the worker takes nothing new
 */
export type Entry =
  {readonly kind: 'admitted'; readonly permit: Permit} | {readonly kind: 'overdue'} | {readonly kind: 'stopped'}
