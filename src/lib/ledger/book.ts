import {type Database, isPassingDatabaseError} from '#lib/db/database.js'
import {coalesce} from '#lib/kernel/coalesce.js'
import {type ClaimAnswer, claimAttempts, type ClaimRequest, claimUnordered} from './claim.js'
import {type CopySetAside, setCopiesAside} from './outbox.js'
import {type Doubt, doubtAttempts, settleAttempts, type Settlement, settleUnordered} from './settle.js'

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
  const claimUnorderedly = coalesce(
    async (requests: readonly ClaimRequest[]) => claimUnordered(database, requests),
    batching,
  )
  const claimInOrder = coalesce(
    async (requests: readonly ClaimRequest[]) => database.transaction(async (tx) => claimAttempts(tx, requests)),
    batching,
  )
  const settleUnorderedly = coalesce(async (ends: readonly Settlement[]) => settleUnordered(database, ends), batching)
  const settleInOrder = coalesce(
    async (ends: readonly Settlement[]) => database.transaction(async (tx) => settleAttempts(tx, ends)),
    batching,
  )
  return {
    // Each way for itself: what was granted or written by the first must not be asked for again because the second failed.
    claim: async (request) => {
      const answer = await claimUnorderedly(request)
      return answer.kind === 'unknown' ? claimInOrder(request) : answer
    },
    settle: async (settlement) => (await settleUnorderedly(settlement)) || settleInOrder(settlement),
    doubt: coalesce(async (doubts) => {
      await database.transaction(async (tx) => doubtAttempts(tx, doubts))
      return doubts.map(() => undefined)
    }, batching),
    setAside: coalesce(async (copies) => database.transaction(async (tx) => setCopiesAside(tx, copies)), batching),
  }
}

/** A call the database refuses for what is in it must not take others with it. */
const batching = {most: 200, isOneToBlame: (error: unknown) => !isPassingDatabaseError(error)}
