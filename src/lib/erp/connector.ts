import type {Failure} from '#lib/kernel/failure.js'

/** One document on its way into SAP, already mapped to SAP's own fields. */
export interface ErpDocument {
  /** Our reference, by which SAP can be asked what became of it. */
  readonly reference: string
  /** SAP's body: property names and values, deep inserts nested. */
  readonly body: Readonly<Record<string, unknown>>
}

/** What became of a call. */
export type SubmitOutcome =
  | {readonly kind: 'done'; readonly documentNumber: string | null; readonly answer?: unknown}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** What SAP knows of a reference. */
export type ProbeOutcome =
  | {readonly kind: 'found'; readonly documentNumber: string | null}
  | {readonly kind: 'several'; readonly documentNumbers: readonly string[]}
  | {readonly kind: 'absent'}
  | {readonly kind: 'failed'; readonly failure: Failure}

export interface PingOutcome {
  readonly latencyMs: number
  /** What answered, e.g. `OData V2 API_SALES_ORDER_SRV`. */
  readonly system: string
}

/**
 * One operation of one flow in one SAP system. Connectors never retry a write
 * and never throw for what SAP or the network does: that is a `Failure` value.
 * Every call ends by its own deadline, or at once when the signal aborts.
 */
export interface ErpConnector {
  /**
   * Looks for what the calls need on this machine, before the first of them.
   * Absent where they need nothing.
   *
   * @returns what is missing, as a failure of class `config`.
   */
  readonly prepare?: () => Promise<Failure | undefined>
  /** Carries the document into SAP, at most once. */
  readonly submit: (document: ErpDocument, signal: AbortSignal) => Promise<SubmitOutcome>
  /**
   * Carries many documents into SAP by one call, each at most once and booked
   * or refused by itself. The outcome of each stands at its index. Absent where
   * an operation cannot do so.
   */
  readonly submitBatch?: (documents: readonly ErpDocument[], signal: AbortSignal) => Promise<readonly SubmitOutcome[]>
  /** Asks SAP whether the document is there already. */
  readonly probe: (document: ErpDocument, signal: AbortSignal) => Promise<ProbeOutcome>
  readonly ping: (signal: AbortSignal) => Promise<PingOutcome | {readonly failure: Failure}>
  readonly close: () => Promise<void>
}
