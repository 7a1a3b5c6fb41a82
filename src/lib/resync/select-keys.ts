import type {Queryable} from '#lib/db/database.js'
import {type KeyRange, type KeyState, readKeyStates, readStatesOfKeys} from '#lib/ledger/key-states.js'

/** Which keys of a flow are compared. */
export type KeySelection =
  {readonly kind: 'keys'; readonly keys: readonly string[]} | ({readonly kind: 'range'} & KeyRange)

/** Keys with the state that SAP should hold, and those that were named and nobody knows. */
export interface StatePage {
  readonly states: readonly KeyState[]
  readonly unknown: readonly string[]
}

/** Reads the states of the selected keys from the ledger, page by page, in the order of the keys or as they were named. */
export async function* readStates(
  database: Queryable,
  flow: string,
  selection: KeySelection,
): AsyncGenerator<StatePage> {
  if (selection.kind === 'keys') return yield* readNamed(database, flow, selection.keys)
  let after: string | null = null
  for (;;) {
    const states: readonly KeyState[] = await readKeyStates(database, flow, selection, {after, limit: pageSize})
    const last = states.at(-1)
    if (last === undefined) return
    yield {states, unknown: []}
    after = last.key
  }
}

async function* readNamed(database: Queryable, flow: string, keys: readonly string[]): AsyncGenerator<StatePage> {
  const distinct = [...new Set(keys)]
  for (let start = 0; start < distinct.length; start += pageSize) {
    const wanted = distinct.slice(start, start + pageSize)
    const found = new Map((await readStatesOfKeys(database, flow, wanted)).map((state) => [state.key, state]))
    yield {
      states: wanted.flatMap((key) => found.get(key) ?? []),
      unknown: wanted.filter((key) => !found.has(key)),
    }
  }
}

const pageSize = 500
