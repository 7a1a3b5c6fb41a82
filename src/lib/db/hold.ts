import pg from 'pg'

/** A lock that a connection of its own holds. */
export interface Hold {
  /** Aborts if the connection is lost, and the lock with it. */
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/** Takes a lock of the whole database by its name, without waiting for it. Undefined if another has it. */
export async function takeLock(settings: pg.ClientConfig, name: string): Promise<Hold | undefined> {
  const client = new pg.Client({...settings, query_timeout: 10_000})
  const losing = new AbortController()
  client.on('error', () => losing.abort())
  client.on('end', () => losing.abort())
  await client.connect()
  try {
    // A host that is gone without a word keeps its locks only until the server has noticed.
    await client.query('set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
    const {rows} = await client.query<{locked: boolean}>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [`erpsync.${name}`],
    )
    if (rows[0]?.locked === true) return {lost: losing.signal, release: async () => client.end()}
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  await client.end()
  return undefined
}
