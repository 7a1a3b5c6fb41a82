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
  /** SAP has taken the document, and decides on it later: what becomes of it, `probe` will tell. */
  | {readonly kind: 'accepted'; readonly documentNumber: string | null}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** What SAP knows of a reference. */
export type ProbeOutcome =
  | {readonly kind: 'found'; readonly documentNumber: string | null}
  | {readonly kind: 'several'; readonly documentNumbers: readonly string[]}
  | {readonly kind: 'absent'}
  /** SAP has the document and has not decided on it yet. */
  | {readonly kind: 'pending'; readonly failure: Failure}
  /** SAP has the document and does not book it. */
  | {readonly kind: 'refused'; readonly failure: Failure}
  /** SAP is there and cannot be asked; but it takes the same document once, so that sending it again settles the doubt. */
  | {readonly kind: 'repeatable'}
  /** SAP was not asked. A failure of class `in_doubt` says that it never can be, for this document. */
  | {readonly kind: 'failed'; readonly failure: Failure}

/** SAP's present state of one object. */
export type ReadOutcome =
  | {
      readonly kind: 'found'
      readonly documentNumber: string | null
      /** In the names of the mapped body and as far as it nests, in values that `sameValue` compares with its own. */
      readonly body: Readonly<Record<string, unknown>>
    }
  | {readonly kind: 'absent'}
  | {readonly kind: 'several'; readonly documentNumbers: readonly string[]}
  /** It was not read, or cannot be. */
  | {readonly kind: 'failed'; readonly failure: Failure}

/** What of SAP's objects is listed. */
export interface ListQuery {
  /** Only references that begin so. */
  readonly prefix?: string
  /** Ends after this many objects; what is behind them is not told. */
  readonly most: number
}

/** An object in SAP and the reference, or the key, that messages know it by. */
export interface Listed {
  readonly reference: string
  readonly documentNumber: string | null
}

/** Some of the objects; `failed` is the last, and so is `truncated`, where there were more than asked for. */
export type ListOutcome =
  | {readonly kind: 'page'; readonly found: readonly Listed[]}
  | {readonly kind: 'truncated'}
  | {readonly kind: 'failed'; readonly failure: Failure}

export interface PingOutcome {
  /** Of one call there and back, without logging on. */
  readonly latencyMs: number
  /** What answered, e.g. `OData V2 API_SALES_ORDER_SRV`. */
  readonly system: string
  /** As whom we are logged on, where that is for as long as a connection. */
  readonly logon?: Logon
}

export interface Logon {
  readonly system: string
  readonly client: string
  readonly user: string
  readonly language: string
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
  /** Reads SAP's state of the document's object. Absent, as the other two readings, where an operation cannot do so. */
  readonly read?: (document: ErpDocument, signal: AbortSignal) => Promise<ReadOutcome>
  /** The same for many documents, by few calls. The outcome of each stands at its index. */
  readonly readMany?: (documents: readonly ErpDocument[], signal: AbortSignal) => Promise<readonly ReadOutcome[]>
  /** Goes through the objects SAP has, page by page: also those that no message knows. */
  readonly list?: (query: ListQuery, signal: AbortSignal) => AsyncGenerator<ListOutcome>
  /**
   * Brings an object that SAP may have in any state to that of the document, and
   * creates it only if SAP does not know it. Asked again, it changes nothing more.
   */
  readonly amend?: (document: ErpDocument, signal: AbortSignal) => Promise<SubmitOutcome>
  /** Asks SAP whether it holds the document's state, nested entities and all; `absent` if it differs or is not there. */
  readonly probeAmended?: (document: ErpDocument, signal: AbortSignal) => Promise<ProbeOutcome>
  readonly ping: (signal: AbortSignal) => Promise<PingOutcome | {readonly failure: Failure}>
  readonly close: () => Promise<void>
}
