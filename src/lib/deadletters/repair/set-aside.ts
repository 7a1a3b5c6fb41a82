import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database, Transaction} from '#lib/db/database.js'
import {lockKeysOf, type OrderedKey} from '#lib/ledger/keys.js'
import {lockMessages} from '#lib/ledger/lock.js'
import type {RefusedLetter} from './fix-letters.js'

/** What became of letters that were discarded or restored. */
export interface SetAside {
  readonly done: readonly string[]
  readonly refused: readonly RefusedLetter[]
  /** Messages of ordered keys that went on. */
  readonly released: number
  /** Not tried, because the signal came. */
  readonly left: number
}

/** What one transaction did to its letters. */
export interface BatchOutcome {
  readonly done: readonly string[]
  readonly refused: readonly RefusedLetter[]
  readonly released: number
}

/** Keys and messages are locked, in this order, as by everybody who changes letters. */
export type BatchWork = (
  tx: Transaction,
  batch: {
    readonly letterIds: readonly string[]
    readonly messageIds: readonly string[]
    readonly keys: readonly OrderedKey[]
  },
) => Promise<BatchOutcome>

/** Does something to letters, batch by batch, each in a transaction of its own, until the signal comes. */
export async function inBatches(
  database: Database,
  letterIds: readonly string[],
  work: BatchWork,
  {signal, onProgress}: {readonly signal: AbortSignal; readonly onProgress: (done: number) => void},
): Promise<SetAside> {
  const done: string[] = []
  const refused: RefusedLetter[] = []
  let released = 0
  let tried = 0
  while (tried < letterIds.length && !signal.aborted) {
    const batch = letterIds.slice(tried, tried + batchSize)
    const outcome = await againIfBrokenOff(async () => database.transaction(async (tx) => doBatch(tx, batch, work)))
    done.push(...outcome.done)
    refused.push(...outcome.refused)
    released += outcome.released
    tried += batch.length
    onProgress(tried)
  }
  return {done, refused, released, left: letterIds.length - tried}
}

async function doBatch(tx: Transaction, letterIds: readonly string[], work: BatchWork): Promise<BatchOutcome> {
  const {rows} = await tx.query<{message_id: string}>(
    'select message_id from erpsync.dead_letter where id = any ($1::uuid[]) and message_id is not null',
    [letterIds],
  )
  const messageIds = rows.map((row) => row.message_id)
  const keys = await lockKeysOf(tx, messageIds)
  await lockMessages(tx, messageIds)
  return work(tx, {letterIds, messageIds, keys})
}

const batchSize = 200
