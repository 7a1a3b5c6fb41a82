import {eventually} from '../support/eventually.js'
import {type CpuTimes, type CpuWatch, perMessage, readCpu} from './cpu.js'
import type {BenchErpsync} from './erpsync.js'
import {fillErpsync} from './fill-erpsync.js'
import type {Measured} from './measured.js'

interface Phase {
  readonly messages: number
  readonly prefetch: number
  readonly watch: CpuWatch
}

/**
 * Messages per second of a worker with its whole ledger, by the ledger's own
 * clock: from the first claim to the last outcome. The start of the process is
 * left out, as it is for the others.
 */
export async function measureErpsync(erpsync: BenchErpsync, {messages, prefetch, watch}: Phase): Promise<Measured> {
  const {database, startWorker} = erpsync
  const {rows} = await database.query<{last: string}>('select coalesce(max(seq), 0) as last from erpsync.message')
  const last = rows[0]?.last
  await fillErpsync(erpsync, messages)
  await database.query('vacuum analyze erpsync.message')

  const worker = startWorker(['--only', 'lanes', '--lane', 'work', '--concurrency', String(prefetch)])
  let cpu: CpuTimes
  try {
    let left = messages
    await eventually(async () => {
      left = await countUnfinished(erpsync)
      return left < messages
    }, patience)
    // From the first look on, since the start of the process is no part of the work.
    const before = await readCpu(watch, worker.pid)
    await eventually(async () => (await countUnfinished(erpsync)) === 0, patience)
    cpu = perMessage(before, await readCpu(watch, worker.pid), left)
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
  return {rate: count / seconds, cpu}
}

/** By the partial index of what is under way, so that asking costs the database little. */
async function countUnfinished({database}: BenchErpsync): Promise<number> {
  const {rows} = await database.query<{count: number}>(
    `select count(*)::integer as count
       from erpsync.message
      where phase in ('under_way', 'calling', 'held')`,
  )
  return rows[0]?.count ?? 0
}

const patience = {timeoutMs: 600_000, everyMs: 250}
