import pg from 'pg'
import type {Addresses} from './flows.js'

/** Closes connections of the pipeline from the broker's side; those of one process, or all. Says how many. */
export async function cutBroker({managementUrl}: Addresses, pid?: number): Promise<number> {
  const connections = (await call(managementUrl, 'GET', '/api/connections')) as readonly Connection[]
  const meant = connections.filter(({client_properties: {connection_name: name = ''}}) =>
    pid === undefined ? name.startsWith('erpsync ') : name.endsWith(`:${pid}`),
  )
  for (const {name} of meant) await call(managementUrl, 'DELETE', `/api/connections/${encodeURIComponent(name)}`)
  return meant.length
}

/** Ends connections of the pipeline from PostgreSQL's side; those of one process, or all. Says how many. */
export async function cutPostgres({postgresUrl}: Addresses, pid?: number): Promise<number> {
  const client = new pg.Client({connectionString: postgresUrl, connectionTimeoutMillis: timeoutMs})
  client.on('error', () => {})
  await client.connect()
  try {
    const {rowCount} = await client.query(
      `select pg_terminate_backend(pid)
         from pg_stat_activity
        where application_name like 'erpsync %'
          and ($1::text is null or application_name like '%:' || $1)`,
      [pid === undefined ? null : String(pid)],
    )
    return rowCount ?? 0
  } finally {
    await client.end()
  }
}

interface Connection {
  readonly name: string
  readonly client_properties: {readonly connection_name?: string}
}

async function call(managementUrl: string, method: string, path: string): Promise<unknown> {
  const {origin, username, password} = new URL(managementUrl)
  const response = await fetch(new URL(path, origin), {
    method,
    headers: {authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`},
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  // A connection may have gone by itself between the list and the cut.
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return method === 'GET' ? JSON.parse(text) : undefined
}

const timeoutMs = 5000
