import type {Database} from '#lib/db/database.js'
import {ErpSyncError, errorMessage} from '#lib/kernel/errors.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {readVersion} from './install.js'
import {findTaker, type Taker} from './taker.js'

/** How an inbox stands. */
export interface InboxStanding {
  readonly name: string
  /** Password masked. */
  readonly address: string
  /** Version of the table; null if there is none, or nobody knows. */
  readonly version: number | null
  /** What is in the table; null if there is none, or nobody knows. */
  readonly rows: InboxRows | null
  /** Who takes; null if nobody does. */
  readonly taker: Taker | null
  /** Why nobody knows; null if somebody does. */
  readonly problem: string | null
}

interface InboxRows {
  readonly waiting: number
  /** When the one that has waited longest was inserted; null if none waits. */
  readonly oldestInsertedAt: Date | null
  readonly refused: number
  /** Accepted or duplicate; those of a shorter `keep` are gone before the hour is over. */
  readonly takenLastHour: number
}

/** Looks how an inbox stands; one that cannot be asked says why. */
export async function readStanding(
  name: string,
  inbox: Database,
): Promise<{readonly standing: InboxStanding; readonly exitCode: ExitCode}> {
  const unknown = {name, address: inbox.address, version: null, rows: null, taker: null, problem: null}
  try {
    const version = await readVersion(inbox)
    const standing =
      version === null ? unknown : {...unknown, version, rows: await countRows(inbox), taker: await findTaker(inbox)}
    return {standing, exitCode: exitCodes.ok}
  } catch (error) {
    if (!(error instanceof ErpSyncError)) throw error
    return {standing: {...unknown, problem: errorMessage(error)}, exitCode: error.exitCode}
  }
}

interface CountsRow {
  readonly waiting: number
  readonly oldest_inserted_at: Date | null
  readonly refused: number
  readonly taken_last_hour: number
}

async function countRows(inbox: Database): Promise<InboxRows | null> {
  const {rows} = await inbox.query<CountsRow & Record<string, unknown>>(
    `select (select count(*)::integer from public.erpsync_inbox where taken_at is null) as waiting,
            (select inserted_at
               from public.erpsync_inbox
              where taken_at is null
              order by seq
              limit 1) as oldest_inserted_at,
            (select count(*)::integer from public.erpsync_inbox where outcome = 'refused') as refused,
            (select count(*)::integer
               from public.erpsync_inbox
              where outcome <> 'refused'
                and taken_at > now() - interval '1 hour') as taken_last_hour`,
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    waiting: row.waiting,
    oldestInsertedAt: row.oldest_inserted_at,
    refused: row.refused,
    takenLastHour: row.taken_last_hour,
  }
}
