import type {Problem} from '#lib/intake/door.js'
import type {KeyRange, KeyState} from '#lib/ledger/key-states.js'

/** Who says what SAP should hold: the ledger by the newest accepted state of a key, or the source of the flow. */
export const internalKinds = ['ledger', 'source'] as const

export type InternalKind = (typeof internalKinds)[number]

/** Which keys of a flow are compared. */
export type KeySelection =
  {readonly kind: 'keys'; readonly keys: readonly string[]} | ({readonly kind: 'range'} & KeyRange)

/** Keys with the state that SAP should hold. */
export interface StatePage {
  readonly states: readonly KeyState[]
  /** Named, and nobody knows them. */
  readonly unknown: readonly string[]
  /** Keys whose document does not come through the door. */
  readonly refused: readonly {readonly key: string; readonly problems: readonly Problem[]}[]
}

/** Where a key stood when it was planned. */
export interface PlannedKey {
  readonly key: string
  /** The newest message of the key then. */
  readonly message: string | null
}

/** The side of a comparison that is ours. */
export interface InternalSide {
  readonly kind: InternalKind
  /** The states of the selected keys, page by page. */
  readonly states: (selection: KeySelection) => AsyncGenerator<StatePage>
  /** The documents that SAP should hold now of planned keys, by key; what is gone is not among them. */
  readonly documents: (planned: readonly PlannedKey[]) => Promise<ReadonlyMap<string, unknown>>
  /** The hashes of the documents that SAP should hold now, by key. */
  readonly hashes: (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** What there is to say of a document that is gone, or another one than was planned. */
  readonly goneText: string
  readonly changedText: string
}
