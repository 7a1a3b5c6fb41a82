import {setTimeout as sleep} from 'node:timers/promises'
import pg from 'pg'
import type {Stage} from './stage.js'

/**
 * Does the work while a person is on call who, where SAP has refused the user,
 * has the calls go on after a while, by the command line.
 */
export async function withOperator<Result>(
  stage: Stage,
  {signal, say}: {readonly signal: AbortSignal; readonly say: (line: string) => void},
  work: () => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController()
  const watching = resumePaused(stage, AbortSignal.any([signal, ended.signal]))
  try {
    return await work()
  } finally {
    ended.abort()
    say(`destinations that were paused and resumed: ${await watching}`)
  }
}

async function resumePaused({addresses, children}: Stage, signal: AbortSignal): Promise<number> {
  let resumed = 0
  for (;;) {
    await sleep(lookEveryMs, undefined, {signal}).catch(() => {})
    if (signal.aborted) return resumed
    for (const name of await findPaused(addresses.postgresUrl)) {
      const {code} = await children.run('operator', ['destination', 'resume', name], resumeMs)
      if (code === 0) resumed += 1
    }
  }
}

/** Nothing, while PostgreSQL is away. */
async function findPaused(postgresUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: postgresUrl,
    connectionTimeoutMillis: askMs,
    query_timeout: askMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const {rows} = await client.query<{name: string}>(`select name from erpsync.pause where scope = 'destination'`)
    return rows.map(({name}) => name)
  } catch {
    return []
  } finally {
    await client.end().catch(() => {})
  }
}

const lookEveryMs = 3000
const resumeMs = 30_000
const askMs = 5000
