import type {Database} from '#lib/db/database.js'
import {findErpSlow, readUsualCallMs} from './erp-slow.js'

/** Keeps an eye on how SAP answers while a run sends. */
export interface ErpWatch {
  /** These messages have their outcome. */
  readonly note: (messageIds: readonly string[]) => void
  /** What is slow or away, in words; null if nothing is. Asks at most every few seconds. */
  readonly look: () => Promise<string | null>
}

/** What is usual is found out at the first look, which should be before anything is sent. */
export function openErpWatch(
  database: Database,
  /** The flows the run is about. */
  flowsOf: () => Promise<readonly string[]>,
  /** The destination of every flow. */
  destinations: ReadonlyMap<string, string>,
): ErpWatch {
  let usual: Usual | undefined
  let latest: readonly string[] = []
  let lookedAt = Number.NEGATIVE_INFINITY
  let seen: string | null = null

  return {
    note: (messageIds) => {
      latest = [...latest, ...messageIds].slice(-mostMessages)
    },
    look: async () => {
      if (performance.now() - lookedAt < lookEveryMs) return seen
      lookedAt = performance.now()
      usual ??= await readUsual(database, await flowsOf(), destinations)
      seen = await findErpSlow(database, {...usual, messageIds: latest})
      return seen
    },
  }
}

interface Usual {
  readonly destinations: readonly string[]
  readonly usualMs: number | null
}

async function readUsual(
  database: Database,
  flows: readonly string[],
  destinations: ReadonlyMap<string, string>,
): Promise<Usual> {
  return {
    destinations: [...new Set(flows.flatMap((flow) => destinations.get(flow) ?? []))],
    usualMs: await readUsualCallMs(database, flows),
  }
}

const mostMessages = 50
const lookEveryMs = 2000
