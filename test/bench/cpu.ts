import {readdir, readFile} from 'node:fs/promises'
import {z} from 'zod'
import type {Database} from '#lib/db/database.js'
import {eventually} from '../support/eventually.js'

/** Microseconds of processor time, by who spent them. */
export interface CpuTimes {
  readonly client: number
  readonly postgres: number
  readonly rabbitmq: number
}

/** The processes whose time is taken. */
export interface CpuWatch {
  readonly postmaster: number
  readonly broker: number
}

/** Finds the servers' processes on this machine. A broker that has just begun does not know its own yet. */
export async function watchServers(database: Database, managementUrl: string): Promise<CpuWatch> {
  const {rows} = await database.query<{pid: number}>('select pg_backend_pid() as pid')
  const backend = await readStat(rows[0]?.pid ?? 0)
  const url = new URL('/api/nodes', managementUrl)
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`
  url.username = ''
  url.password = ''
  const broker = await eventually(async () => {
    const answer = await fetch(url, {headers: {authorization}, signal: AbortSignal.timeout(10_000)})
    const [node] = z.array(z.object({os_pid: z.coerce.number().optional()})).parse(await answer.json())
    return node?.os_pid ?? 0
  })
  return {postmaster: backend?.parent ?? 0, broker}
}

/** What the client, the servers and the processes of PostgreSQL have spent so far, whatever of them has ended included. */
export async function readCpu({postmaster, broker}: CpuWatch, client: number): Promise<CpuTimes> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = await Promise.all(pids.map(readStat))
  const backends = stats.filter((stat) => stat?.parent === postmaster).reduce((sum, stat) => sum + (stat?.own ?? 0), 0)
  const main = await readStat(postmaster)
  return {
    client: (await readStat(client))?.own ?? 0,
    postgres: backends + (main?.own ?? 0) + (main?.ofChildren ?? 0),
    rabbitmq: (await readStat(broker))?.own ?? 0,
  }
}

/** What was spent on each of so many messages. */
export function perMessage(before: CpuTimes, after: CpuTimes, messages: number): CpuTimes {
  return {
    client: (after.client - before.client) / messages,
    postgres: (after.postgres - before.postgres) / messages,
    rabbitmq: (after.rabbitmq - before.rabbitmq) / messages,
  }
}

/** Linux only; nothing for a process that is gone. */
async function readStat(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The name may hold spaces and brackets; after the last bracket come the state, the parent and, from the 12th on, the times.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11)
  return {
    parent: fields[1] ?? 0,
    own: (user + system) * tickMicros,
    ofChildren: (childUser + childSystem) * tickMicros,
  }
}

/** A hundred ticks a second on every Linux. */
const tickMicros = 10_000
