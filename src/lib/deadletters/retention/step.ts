import type {Queryable, Transaction} from '#lib/db/database.js'

/** Before when something must have ended to be removed. */
export interface Cutoffs {
  readonly history: Date
  /** Null to keep messages for ever. */
  readonly messages: Date | null
}

/** How many rows of which kind. */
export interface PruneCounts {
  /** Letters that are resolved or discarded, or have a newer one, of messages that are over. */
  readonly letters: number
  /** Calls of messages that are over. */
  readonly attempts: number
  /** Copies that the broker had, of messages that are over. */
  readonly copies: number
  /** Operations on letters, resyncs, pushes and runs of jobs that are over. */
  readonly operations: number
  /** Messages that are over, with all that belongs to them. */
  readonly messages: number
}

/** Removes what retention allows, some rows at a time. */
export interface PruneStep {
  /** What there is to remove now. */
  readonly count: (database: Queryable, cutoffs: Cutoffs) => Promise<Partial<PruneCounts>>
  /**
   * Removes the next rows; `from` is where the last batch ended.
   *
   * @returns what was removed, and where to go on; null at the end.
   */
  readonly removeBatch: (
    tx: Transaction,
    cutoffs: Cutoffs,
    from: string | null,
  ) => Promise<{readonly removed: Partial<PruneCounts>; readonly next: string | null}>
}

/** Rows of the driving table in one transaction. */
export const batchSize = 1000

/** Where a message stands in the order in which messages ended; `isBehind` compares with such a place, or null. */
export const placeOf = `concat_ws(' ', m.finished_at, m.id)`
export const isBehind = `($2::text is null
               or (m.finished_at, m.id) > (substring($2, '^(.+) [^ ]+$')::timestamptz, substring($2, '[^ ]+$')::uuid))`

/** What nobody and nothing moves on any more. */
export const isOver = `m.state in ('synced', 'superseded', 'discarded')`
