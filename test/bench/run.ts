import {renderTable} from '#lib/output/table.js'
import {freshDatabase} from '../support/fresh-database.js'
import {freshVhost} from '../support/fresh-vhost.js'
import {mochaGlobalTeardown, services} from '../support/services.js'
import {openErpsync} from './erpsync.js'
import {measureErpsync} from './measure-erpsync.js'
import {measureMemory} from './measure-memory.js'
import {type BenchOptions, readOptions} from './options.js'
import {measureBareConsumer, measurePlainConsumer} from './plain-consumers.js'

/** Messages per second, and MiB. */
interface BenchResult {
  readonly bareConsumer: number
  readonly plainConsumer: number
  readonly erpsync: number
  readonly rssMb: {readonly queued1k: number | null; readonly queued1m: number | null}
}

const options = readOptions(process.argv.slice(2))
try {
  say('starting PostgreSQL and RabbitMQ')
  await services()
  const rates = await measureRates(options)
  const rssMb = options.memory ? await measureBoth() : {queued1k: null, queued1m: null}
  const result: BenchResult = {...rates, rssMb}
  process.stdout.write(`${options.json ? JSON.stringify(result) : present(result)}\n`)
} finally {
  await mochaGlobalTeardown()
}

/** Round by round, so that whatever else the machine does hits all three alike; the median of each. */
async function measureRates({messages, rounds, prefetch}: BenchOptions): Promise<Omit<BenchResult, 'rssMb'>> {
  const [erpsync, database, vhost] = await Promise.all([openErpsync({latency: '0ms'}), freshDatabase(), freshVhost()])
  const phase = {rabbitmqUrl: vhost.url, messages, prefetch}
  const rates: {bare: number; plain: number; erpsync: number}[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const rate = {
      bare: await measureBareConsumer(phase),
      plain: await measurePlainConsumer({...phase, postgresUrl: database.url}),
      erpsync: await measureErpsync(erpsync, phase),
    }
    rates.push(rate)
    say(
      `round ${round} of ${rounds}: bare ${whole(rate.bare)}/s, plain ${whole(rate.plain)}/s, erpsync ${whole(rate.erpsync)}/s`,
    )
  }
  await Promise.all([erpsync.close(), database.drop(), vhost.drop()])
  return {
    bareConsumer: median(rates.map(({bare}) => bare)),
    plainConsumer: median(rates.map(({plain}) => plain)),
    erpsync: median(rates.map((rate) => rate.erpsync)),
  }
}

async function measureBoth(): Promise<BenchResult['rssMb']> {
  say('memory with 1,000 messages queued')
  const queued1k = await measureMemory(1000)
  say('memory with 1,000,000 messages queued: filling the queue takes some minutes')
  return {queued1k, queued1m: await measureMemory(1_000_000)}
}

function present({bareConsumer, plainConsumer, erpsync, rssMb}: BenchResult): string {
  const times = (other: number): string => `${(erpsync / other).toFixed(2)} x`
  const columns = ['', {title: 'MESSAGES/S', align: 'right'}, {title: 'ERPSYNC', align: 'right'}] as const
  const rates = renderTable(columns, [
    ['bare consumer, acknowledgements only', whole(bareConsumer), times(bareConsumer)],
    ['plain consumer, one row a message', whole(plainConsumer), times(plainConsumer)],
    ['erpsync, null destination, full ledger', whole(erpsync), ''],
  ])
  if (rssMb.queued1k === null) return rates
  return `${rates}\n\nmemory of a worker: ${rssMb.queued1k} MiB with 1,000 queued, ${rssMb.queued1m} MiB with 1,000,000`
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)
}

function whole(number: number): string {
  return String(Math.round(number))
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
