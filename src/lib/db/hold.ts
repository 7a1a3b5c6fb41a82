import {setTimeout} from 'node:timers/promises'
import pg from 'pg'

/** A lock that lasts as long as a connection of its own: until it is released, or the process or the connection is gone. */
export interface Hold {
  readonly release: () => Promise<void>
}

/** Takes a lock of the whole database by its name, without waiting for it. Undefined if another has it. */
export async function takeLock(settings: pg.ClientConfig, name: string): Promise<Hold | undefined> {
  const client = new pg.Client({...settings, query_timeout: 10_000})
  // What the lock is for must not hang on it alone: nobody is told when the connection is lost.
  client.on('error', () => {})
  await client.connect()
  try {
    // A host that is gone without a word keeps its locks only until the server has noticed.
    await client.query('set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
    const {rows} = await client.query<{locked: boolean}>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [`erpsync.${name}`],
    )
    if (rows[0]?.locked === true) return {release: async () => letGo(client)}
  } catch (error) {
    await letGo(client)
    throw error
  }
  await letGo(client)
  return undefined
}

/**
 * SQL for a FROM clause: who holds the lock whose name an expression gives, by
 * `l.pid`. Advisory locks of one bigint show their halves as classid and objid.
 */
export function locksOf(name: string): string {
  return `(select l.pid
             from pg_locks l, hashtextextended('erpsync.' || ${name}, 0) h
            where l.locktype = 'advisory'
              and l.objsubid = 1
              and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid::bigint = (h >> 32) & 4294967295
              and l.objid::bigint = h & 4294967295) l`
}

/** A server that is gone without a word does not answer the farewell. */
async function letGo(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => {}), setTimeout(farewellMs, undefined, {ref: false})])
}

const farewellMs = 5000
