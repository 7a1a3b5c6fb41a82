import {type Database, isPassingDatabaseError} from '#lib/db/database.js'
import {coalesce} from '#lib/kernel/coalesce.js'
import {type ClaimAnswer, claimAttempts, type ClaimRequest} from './claim.js'
import {type CopySetAside, setCopiesAside} from './outbox.js'
import {type Doubt, doubtAttempts, settleAttempts, type Settlement} from './settle.js'

/** The ledger as a worker uses it: single calls, which share round trips and transactions. */
export interface Book {
  readonly claim: (request: ClaimRequest) => Promise<ClaimAnswer>
  /** Whether the settlement was written; false if the ledger is further by now. */
  readonly settle: (settlement: Settlement) => Promise<boolean>
  readonly doubt: (doubt: Doubt) => Promise<void>
  /** Whether the copy was scheduled; false if the ledger does not know its message. */
  readonly setAside: (copy: CopySetAside) => Promise<boolean>
}

export function openBook(database: Database): Book {
  return {
    claim: coalesce(async (requests) => database.transaction(async (tx) => claimAttempts(tx, requests)), batching),
    settle: coalesce(async (outcomes) => database.transaction(async (tx) => settleAttempts(tx, outcomes)), batching),
    doubt: coalesce(async (doubts) => {
      await database.transaction(async (tx) => doubtAttempts(tx, doubts))
      return doubts.map(() => undefined)
    }, batching),
    setAside: coalesce(async (copies) => database.transaction(async (tx) => setCopiesAside(tx, copies)), batching),
  }
}

/** A call the database refuses for what is in it must not take others with it. */
const batching = {most: 200, isOneToBlame: (error: unknown) => !isPassingDatabaseError(error)}
