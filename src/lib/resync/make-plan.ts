import type {Database} from '#lib/db/database.js'
import type {ErpConnector} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {compareStates, type Desk} from './compare-states.js'
import {blankEntry, type Counts, type Entry, noCounts} from './entry.js'
import type {InternalSide, KeySelection, StatePage} from './internal/internal-side.js'
import {listStrangers} from './list-strangers.js'

/** What is compared. */
export interface PlanRequest {
  readonly selection: KeySelection
  /** Which of the documents are meant beside that. */
  readonly isWanted: (document: unknown) => Promise<boolean>
  /** What SAP alone has, looked for among the references that begin so; null to not look. */
  readonly strangers: {readonly prefix: string; readonly most: number} | null
}

/** How far a comparison is, and in the end what it found. */
export interface Tally {
  readonly counts: Counts
  readonly keys: number
  /** Named, and neither the ledger nor the source knows them. */
  readonly unknown: readonly string[]
  /** SAP has more objects than were looked at. */
  readonly isTruncated: boolean
  /** Why the list of SAP's objects broke off. */
  readonly listFailure: Failure | null
  /** The first failure to read. */
  readonly firstFailure: Entry['failure']
}

/**
 * Compares the selected keys page by page, so that memory stays flat however
 * many there are, and hands every entry on.
 */
export async function makePlan(
  desk: Desk & {readonly database: Database; readonly internal: InternalSide},
  connector: Pick<ErpConnector, 'list'>,
  {selection, isWanted, strangers}: PlanRequest,
  {
    take,
    onProgress,
    signal,
  }: {
    readonly take: (entries: readonly Entry[]) => Promise<void>
    readonly onProgress: (tally: Tally) => void
    readonly signal: AbortSignal
  },
): Promise<Tally> {
  let tally = emptyTally
  const add = async (entries: readonly Entry[]): Promise<void> => {
    tally = tallied(tally, entries)
    await take(entries)
    onProgress(tally)
  }
  // What SAP knows of keys that no message has brought there.
  const ownNames = new Set<string>()
  for await (const {states, unknown, refused} of desk.internal.states(selection)) {
    signal.throwIfAborted()
    const wanted = []
    for (const state of states) if (await isWanted(state.payload)) wanted.push(state)
    tally = {...tally, unknown: [...tally.unknown, ...unknown]}
    const entries = await compareStates(desk, wanted)
    for (const {message, reference, key} of entries) if (message === null) ownNames.add(reference ?? key)
    await add([...entries, ...refused.map(refusedEntry)])
  }
  if (strangers === null || connector.list === undefined) return tally
  for await (const found of listStrangers(desk.database, desk.flow.name, connector.list, strangers, signal)) {
    signal.throwIfAborted()
    switch (found.kind) {
      case 'page':
        await add(found.entries.filter(({key}) => !ownNames.has(key)))
        break
      case 'truncated':
        tally = {...tally, isTruncated: true}
        break
      case 'failed':
        tally = {...tally, listFailure: found.failure}
        break
    }
  }
  return tally
}

/** What does not come through the door cannot be said to be what SAP should hold. */
function refusedEntry({key, problems}: StatePage['refused'][number]): Entry {
  const text = problems.map(({field, message}) => `${field} ${message}`.trim()).join('; ')
  return {
    ...blankEntry,
    key,
    class: 'unreadable',
    failure: {class: 'permanent', code: 'source:refused', text: `its row in the source is refused: ${text}`},
    next: 'Mend the row, the query or the schema.',
  }
}

function tallied(tally: Tally, entries: readonly Entry[]): Tally {
  const counts = {...tally.counts}
  for (const {class: kind} of entries) counts[kind] += 1
  const failed = entries.find(({failure}) => failure !== null)
  return {
    ...tally,
    counts,
    keys: tally.keys + entries.length,
    firstFailure: tally.firstFailure ?? failed?.failure ?? null,
  }
}

const emptyTally: Tally = {
  counts: noCounts,
  keys: 0,
  unknown: [],
  isTruncated: false,
  listFailure: null,
  firstFailure: null,
}
