import type {Database, Transaction} from '#lib/db/database.js'
import {chainStart, freezeTrail, type Link, readTrailHead, readTrailLinks} from '#lib/ledger/trail-chain.js'
import {findBreak, findBreakAtEnd, type TrailBreak} from './trail-break.js'

export interface TrailVerdict {
  readonly intact: boolean
  /** Entries that were checked: all of them, or those up to the break. */
  readonly entries: number
  /** The last entry; kept elsewhere, it proves that nothing before it was changed since. */
  readonly head: Link | null
  /** The first thing that is wrong. */
  readonly broken: TrailBreak | null
}

export interface VerifyOptions {
  /** A head that was kept elsewhere. */
  readonly kept: Link | null
  readonly signal: AbortSignal
  /** Hears how many entries were checked. */
  readonly onProgress: (entries: number) => void
}

/** Follows the chain of the trail from its first entry to its last, as it is at one moment. */
export async function verifyTrail(database: Database, options: VerifyOptions): Promise<TrailVerdict> {
  return database.transaction(async (tx) => {
    await freezeTrail(tx)
    const head = await readTrailHead(tx)
    const {last, entries, broken} = await followChain(tx, options)
    const wrong = broken ?? findBreakAtEnd(last, head, options.kept)
    return {intact: wrong === undefined, entries, head: head ?? null, broken: wrong ?? null}
  })
}

interface Followed {
  readonly last: Link
  readonly entries: number
  readonly broken: TrailBreak | undefined
}

async function followChain(tx: Transaction, {kept, signal, onProgress}: VerifyOptions): Promise<Followed> {
  let last = chainStart
  let entries = 0
  for (;;) {
    signal.throwIfAborted()
    const page = await readTrailLinks(tx, {after: last.seq, limit: pageSize})
    for (const link of page) {
      const broken = findBreak(last, link, kept)
      if (broken) return {last, entries, broken}
      last = link
      entries += 1
    }
    onProgress(entries)
    if (page.length < pageSize) return {last, entries, broken: undefined}
  }
}

const pageSize = 5000
