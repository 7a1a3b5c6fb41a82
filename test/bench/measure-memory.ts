import {readFile} from 'node:fs/promises'
import {eventually} from '../support/eventually.js'
import {openErpsync} from './erpsync.js'
import {fillErpsync} from './fill-erpsync.js'

/**
 * The most memory a worker ever had resident, in MiB, until it had delivered a
 * given number of messages out of a queue of so many. The destination takes its
 * time, so that a short queue and a long one see the same pace.
 */
export async function measureMemory(queued: number): Promise<number> {
  const erpsync = await openErpsync({latency: '20ms'})
  try {
    await fillErpsync(erpsync, queued)
    const worker = erpsync.startWorker(['--concurrency', '8'])
    try {
      await eventually(async () => (await countSynced()) >= delivered, {timeoutMs: 120_000, everyMs: 100})
      return await peakMb(worker.pid)
    } finally {
      await worker.stop()
    }
  } finally {
    await erpsync.close()
  }

  async function countSynced(): Promise<number> {
    const {rows} = await erpsync.database.query<{count: number}>(
      `select count(*)::integer as count from erpsync.attempt where outcome = 'synced'`,
    )
    return rows[0]?.count ?? 0
  }
}

async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  if (kib === undefined) throw new Error(`/proc/${pid}/status tells no VmHWM; memory is measured on Linux only`)
  return Math.round(Number(kib) / 1024)
}

const delivered = 1000
