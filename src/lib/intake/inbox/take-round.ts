import type {Database, Transaction} from '#lib/db/database.js'
import type {Doors} from '#lib/intake/open-doors.js'
import {acceptRows} from './accept-rows.js'
import {lockWaiting, type Mark, markRows} from './rows.js'

interface RoundParts {
  readonly inbox: Database
  readonly ledger: Database
  readonly doors: Doors
}

/** How many rows a round took, and what became of them. */
export type RoundCounts = Readonly<Record<'taken' | Mark['outcome'], number>>

/**
 * Takes rows in the order they were inserted: locks them, accepts them into the
 * ledger, marks them, commits. The ledger commits first. Cut off in between, the
 * rows come again and are recognised; nothing is lost, and nothing goes in twice.
 */
export async function takeRound({inbox, ledger, doors}: RoundParts): Promise<RoundCounts> {
  return inbox.transaction(async (tx) => {
    // Who takes lost its lock with a connection, perhaps, and does not know yet that another has begun.
    if (!(await isAlone(tx))) return countsOf([])
    const rows = await lockWaiting(tx, roundSize)
    if (rows.length === 0) return countsOf([])
    const marks = await acceptRows(ledger, doors, rows)
    await markRows(tx, marks)
    return countsOf(marks)
  })
}

/** Nor does it wait long for a table that somebody is changing: told to stop, a process has to end. */
async function isAlone(tx: Transaction): Promise<boolean> {
  const {rows} = await tx.query<{alone: boolean}>(
    `select set_config('lock_timeout', $1, true),
            pg_try_advisory_xact_lock(hashtextextended('erpsync.inbox.round', 0)) as alone`,
    [`${lockTimeoutMs}ms`],
  )
  return rows[0]?.alone === true
}

function countsOf(marks: readonly Mark[]): RoundCounts {
  const count = (wanted: Mark['outcome']): number => marks.filter(({outcome}) => outcome === wanted).length
  return {
    taken: marks.length,
    accepted: count('accepted'),
    duplicate: count('duplicate'),
    refused: count('refused'),
  }
}

const lockTimeoutMs = 5000

/** Rows that are taken at once, at most. */
export const roundSize = 500
