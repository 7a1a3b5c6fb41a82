import type {Failure} from '#lib/kernel/failure.js'

/**
 * How a key stands in SAP:
 *
 * - `equal`: SAP holds what it should
 * - `missing`: SAP does not know it
 * - `stale`: SAP holds an older state of ours
 * - `mismatch`: SAP holds something else
 * - `only_in_sap`: SAP has it and no message knows it
 * - `in_flight`: a message of it is under way, so that SAP may change at any moment
 * - `dead_letter`: a message of it was given up on
 * - `unreadable`: it was not read, or cannot be compared
 */
export const keyClasses = [
  'equal',
  'missing',
  'stale',
  'mismatch',
  'only_in_sap',
  'in_flight',
  'dead_letter',
  'unreadable',
] as const

export type KeyClass = (typeof keyClasses)[number]

/** What a resync can bring back by sending a state again. */
export const sendableClasses = ['missing', 'stale', 'mismatch'] as const satisfies readonly KeyClass[]

export type SendableClass = (typeof sendableClasses)[number]

/** One field that differs. */
export interface Difference {
  /** Such as `/SoldToParty` or `/to_Item/10/RequestedQuantity`. */
  readonly path: string
  readonly expected: unknown
  readonly inSap: unknown
}

/** One key of a plan. */
export interface Entry {
  /** The business key; of what is only in SAP, its reference there. */
  readonly key: string
  readonly class: KeyClass
  /** Of our state. */
  readonly version: string | null
  /** By which SAP was asked. */
  readonly reference: string | null
  /** SAP's number of the document. */
  readonly documentNumber: string | null
  /** The newest message of the key: where the ledger stood. */
  readonly message: string | null
  /** SHA-256 of the document that SAP should hold, in hexadecimal digits. */
  readonly hash: string | null
  readonly differences: readonly Difference[]
  /** The older state of ours that SAP holds, if it does. */
  readonly holds: {readonly message: string; readonly version: string | null} | null
  /** The message that is under way, or dead. */
  readonly blocking: {readonly message: string; readonly state: string} | null
  readonly letter: {readonly id: string; readonly group: string; readonly code: string} | null
  readonly failure: Pick<Failure, 'class' | 'code' | 'text'> | null
  /** What to type about it; null if nothing but the plan is to be applied. */
  readonly next: string | null
}

export type Counts = Readonly<Record<KeyClass, number>>

export const noCounts: Counts = {
  equal: 0,
  missing: 0,
  stale: 0,
  mismatch: 0,
  only_in_sap: 0,
  in_flight: 0,
  dead_letter: 0,
  unreadable: 0,
}

/** Keys that a resync sends. */
export function sendableOf(counts: Counts): number {
  return sendableClasses.reduce((sum, one) => sum + counts[one], 0)
}

/** Keys of which SAP is known to hold something else, or nothing, or too much. */
export function differingOf(counts: Counts): number {
  return sendableOf(counts) + counts.only_in_sap + counts.dead_letter
}

export function isSendable({class: kind}: Pick<Entry, 'class'>): boolean {
  return sendableClasses.some((one) => one === kind)
}

/** An entry about which nothing is known yet. */
export const blankEntry: Omit<Entry, 'key' | 'class'> = {
  version: null,
  reference: null,
  documentNumber: null,
  message: null,
  hash: null,
  differences: [],
  holds: null,
  blocking: null,
  letter: null,
  failure: null,
  next: null,
}
