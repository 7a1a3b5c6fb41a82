import type {Queryable} from '#lib/db/database.js'
import {type KeyState, newestOfKeys, readKeyStates, readStatesOfKeys} from '#lib/ledger/key-states.js'
import {readPayloads} from '#lib/ledger/payloads.js'
import type {InternalSide, KeySelection, StatePage} from './internal-side.js'

/** The ledger as the side that says what SAP should hold. */
export function ledgerSide(database: Queryable, flow: string): InternalSide {
  return {
    kind: 'ledger',
    states: (selection) => readStates(database, flow, selection),
    documents: async (planned) => {
      const payloads = await readPayloads(
        database,
        planned.flatMap(({message}) => message ?? []),
      )
      return new Map(
        planned.flatMap(({key, message}) =>
          message !== null && payloads.has(message) ? [[key, payloads.get(message)] as const] : [],
        ),
      )
    },
    hashes: async (keys) => {
      const newest = await newestOfKeys(database, flow, keys)
      return new Map([...newest].map(([key, {hash}]) => [key, hash]))
    },
    goneText: 'its message is gone',
    changedText: 'its document was corrected since it was planned',
  }
}

/** Reads the states of the selected keys from the ledger, page by page, in the order of the keys or as they were named. */
async function* readStates(database: Queryable, flow: string, selection: KeySelection): AsyncGenerator<StatePage> {
  if (selection.kind === 'keys') return yield* readNamed(database, flow, selection.keys)
  let after: string | null = null
  for (;;) {
    const states: readonly KeyState[] = await readKeyStates(database, flow, selection, {after, limit: pageSize})
    const last = states.at(-1)
    if (last === undefined) return
    yield {states, unknown: [], refused: []}
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
      refused: [],
    }
  }
}

const pageSize = 500
