import {hostname} from 'node:os'
import type {Queryable} from '#lib/db/database.js'
import {locksOf} from '#lib/db/hold.js'

/** The process that takes from an inbox. */
export interface Taker {
  /** `HOST:PID`. */
  readonly name: string
  /** Null where the role may not see that of another. */
  readonly since: Date | null
}

/** The lock that the process holds which takes from an inbox. */
export const takerLock = 'inbox.taker'

/** This process, as a taker. PostgreSQL keeps 63 bytes of a connection's name, and the number at the end is what counts. */
export function takerName(): string {
  return `${hostname()}:${process.pid}`.slice(-(63 - namePrefix.length))
}

/** What a connection to an inbox is called in the server's list: by it the taker is known. */
export function applicationNameOf(taker: string): string {
  return `${namePrefix}${taker}`
}

/** Who takes from the inbox; null if nobody does. */
export async function findTaker(inbox: Queryable): Promise<Taker | null> {
  const {rows} = await inbox.query<{application_name: string; backend_start: Date | null}>(
    `select a.application_name, a.backend_start
       from ${locksOf('$1::text')}
       join pg_stat_activity a on a.pid = l.pid
      limit 1`,
    [takerLock],
  )
  const [row] = rows
  return row === undefined ? null : {name: row.application_name.replace(namePrefix, ''), since: row.backend_start}
}

const namePrefix = 'erpsync intake '
