import {createWriteStream} from 'node:fs'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {order} from '../../support/orders.js'
import {startCli} from '../../support/run-cli.js'
import {mochaGlobalTeardown} from '../../support/services.js'
import {measureBareInsert} from './bare-insert.js'

/** Orders per second, and the most memory the push ever had resident, in MiB. */
interface PushBenchResult {
  readonly orders: number
  readonly bareInsertPerS: number
  readonly pushPerS: number
  readonly rssMb: number
}

const {orders, json} = readOptions(process.argv.slice(2))
try {
  say('starting PostgreSQL')
  const fresh = await freshDatabase(migrateDatabase)
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-bench-'))
  const database = openDatabase(fresh.url)
  say(`inserting ${orders} orders`)
  const bareInsertPerS = await measureBareInsert(database, orders)
  const file = join(folder, 'orders.ndjson')
  await pipeline(Readable.from(linesOf(orders)), createWriteStream(file))
  say(`pushing ${orders} orders`)
  const {pushPerS, rssMb} = await measurePush(fresh.url, file)
  const {rows} = await database.query<{count: number}>('select count(*)::integer as count from erpsync.message')
  if (rows[0]?.count !== orders) throw new Error(`${rows[0]?.count} messages instead of ${orders}`)
  await database.close()
  await Promise.all([fresh.drop(), rm(folder, {recursive: true})])
  const result: PushBenchResult = {orders, bareInsertPerS, pushPerS, rssMb}
  process.stdout.write(
    `${json ? JSON.stringify(result) : `bare insert ${bareInsertPerS}/s, push ${pushPerS}/s (${(pushPerS / bareInsertPerS).toFixed(2)} ×), ${rssMb} MiB`}\n`,
  )
} finally {
  await mochaGlobalTeardown()
}

/** The whole command, its start included. */
async function measurePush(
  postgresUrl: string,
  file: string,
): Promise<{readonly pushPerS: number; readonly rssMb: number}> {
  const config = fileURLToPath(new URL('../../../examples/erpsync.yaml', import.meta.url))
  const env = {ERPSYNC_POSTGRES_URL: postgresUrl, ERPSYNC_CONFIG: config}
  const beganAt = performance.now()
  const push = startCli(['push', 'sales-order', file, '--json'], {env})
  let rssMb = 0
  const watch = setInterval(() => {
    // The process may be gone by the time it is asked for.
    void peakMb(push.pid).then(
      (mb) => (rssMb = Math.max(rssMb, mb)),
      () => {},
    )
  }, 200)
  const {code, stderr} = await push.ended
  clearInterval(watch)
  if (code !== 0) throw new Error(`the push ended with ${code}: ${stderr}`)
  return {pushPerS: Math.round(orders / ((performance.now() - beganAt) / 1000)), rssMb}
}

async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024)
}

function* linesOf(count: number): Generator<string> {
  for (let index = 1; index <= count; index++) yield `${JSON.stringify(order(`BENCH-${index}`))}\n`
}

function readOptions(args: readonly string[]): {readonly orders: number; readonly json: boolean} {
  const {values} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {orders: {type: 'string', default: '1000000'}, json: {type: 'boolean', default: false}},
  })
  const count = Number(values.orders)
  if (!Number.isInteger(count) || count < 1) throw new Error('Usage: npm run bench -- push [--orders 1000000] [--json]')
  return {orders: count, json: values.json}
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
