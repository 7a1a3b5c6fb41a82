import {eventually} from '../support/eventually.js'
import type {BenchErpsync} from './erpsync.js'
import {fillErpsync} from './fill-erpsync.js'

interface Phase {
  readonly messages: number
  readonly prefetch: number
}

/**
 * Messages per second of a worker with its whole ledger, by the ledger's own
 * clock: from the first claim to the last outcome. The start of the process is
 * left out, as it is for the others.
 */
export async function measureErpsync(erpsync: BenchErpsync, {messages, prefetch}: Phase): Promise<number> {
  const {database, startWorker} = erpsync
  const {rows} = await database.query<{last: string}>('select coalesce(max(seq), 0) as last from erpsync.message')
  const last = rows[0]?.last
  await fillErpsync(erpsync, messages)
  await database.query('vacuum analyze erpsync.message')

  const worker = startWorker(['--only', 'lanes', '--lane', 'work', '--concurrency', String(prefetch)])
  try {
    await eventually(async () => (await countUnfinished(erpsync)) === 0, {timeoutMs: 600_000, everyMs: 250})
  } finally {
    await worker.stop()
  }
  const measured = await database.query<{count: number; seconds: number}>(
    `select count(*)::integer as count,
            extract(epoch from max(finished_at) - min(claimed_at))::float8 as seconds
       from erpsync.message
      where seq > $1
        and state = 'synced'
        and attempts = 1`,
    [last],
  )
  const {count, seconds} = measured.rows[0] ?? {count: 0, seconds: 0}
  if (count !== messages) throw new Error(`${count} of ${messages} messages were synced at the first attempt`)
  return count / seconds
}

/** By the partial index of what is under way, so that asking costs the database little. */
async function countUnfinished({database}: BenchErpsync): Promise<number> {
  const {rows} = await database.query<{count: number}>(
    `select count(*)::integer as count
       from erpsync.message
      where state in ('accepted', 'queued', 'in_flight', 'held', 'retry_wait', 'in_doubt')`,
  )
  return rows[0]?.count ?? 0
}
