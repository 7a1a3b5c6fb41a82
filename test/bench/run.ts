import {renderTable} from '#lib/output/table.js'
import {freshDatabase} from '../support/fresh-database.js'
import {freshVhost} from '../support/fresh-vhost.js'
import {mochaGlobalTeardown, services} from '../support/services.js'
import {type CpuTimes, watchServers} from './cpu.js'
import {openErpsync} from './erpsync.js'
import {measureErpsync} from './measure-erpsync.js'
import {measureMemory} from './measure-memory.js'
import type {Measured} from './measured.js'
import {type BenchOptions, readOptions} from './options.js'
import {measureBareConsumer, measurePlainConsumer} from './plain-consumers.js'

/** Messages per second, microseconds of processor time a message, and MiB. */
interface BenchResult {
  readonly bareConsumer: number
  readonly plainConsumer: number
  readonly erpsync: number
  readonly cpu: {readonly bareConsumer: CpuTimes; readonly plainConsumer: CpuTimes; readonly erpsync: CpuTimes}
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
  const {managementUrl} = await services()
  const watch = await watchServers(erpsync.database, managementUrl)
  const phase = {rabbitmqUrl: vhost.url, messages, prefetch, watch}
  const done: {bare: Measured; plain: Measured; erpsync: Measured}[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const {bare, plain, ...ours} = {
      bare: await measureBareConsumer(phase),
      plain: await measurePlainConsumer({...phase, postgresUrl: database.url}),
      erpsync: await measureErpsync(erpsync, phase),
    }
    done.push({bare, plain, ...ours})
    const told = Object.entries({bare, plain, ...ours}).map(
      ([name, {rate, cpu}]) => `${name} ${whole(rate)}/s (${tell(cpu)})`,
    )
    say(`round ${round} of ${rounds}: ${told.join(', ')}`)
  }
  await Promise.all([erpsync.close(), database.drop(), vhost.drop()])
  const [bare, plain, ours] = [
    done.map((round) => round.bare),
    done.map((round) => round.plain),
    done.map((round) => round.erpsync),
  ]
  return {
    bareConsumer: medianRate(bare),
    plainConsumer: medianRate(plain),
    erpsync: medianRate(ours),
    cpu: {bareConsumer: medianCpu(bare), plainConsumer: medianCpu(plain), erpsync: medianCpu(ours)},
  }
}

async function measureBoth(): Promise<BenchResult['rssMb']> {
  say('memory with 1,000 messages queued')
  const queued1k = await measureMemory(1000)
  say('memory with 1,000,000 messages queued: filling the queue takes some minutes')
  return {queued1k, queued1m: await measureMemory(1_000_000)}
}

function present({bareConsumer, plainConsumer, erpsync, cpu, rssMb}: BenchResult): string {
  const times = (other: number): string => `${(erpsync / other).toFixed(2)} x`
  const columns = [
    '',
    {title: 'MESSAGES/S', align: 'right'},
    {title: 'ERPSYNC', align: 'right'},
    'CPU A MESSAGE (client + PostgreSQL + RabbitMQ)',
  ] as const
  const rates = renderTable(columns, [
    ['bare consumer, acknowledgements only', whole(bareConsumer), times(bareConsumer), tell(cpu.bareConsumer)],
    ['plain consumer, one row a message', whole(plainConsumer), times(plainConsumer), tell(cpu.plainConsumer)],
    ['erpsync, null destination, full ledger', whole(erpsync), '', tell(cpu.erpsync)],
  ])
  if (rssMb.queued1k === null) return rates
  return `${rates}\n\nmemory of a worker: ${rssMb.queued1k} MiB with 1,000 queued, ${rssMb.queued1m} MiB with 1,000,000`
}

function medianRate(phases: readonly Measured[]): number {
  return median(phases.map(({rate}) => rate))
}

function medianCpu(phases: readonly Measured[]): CpuTimes {
  return {
    client: median(phases.map(({cpu}) => cpu.client)),
    postgres: median(phases.map(({cpu}) => cpu.postgres)),
    rabbitmq: median(phases.map(({cpu}) => cpu.rabbitmq)),
  }
}

function tell({client, postgres, rabbitmq}: CpuTimes): string {
  return `${whole(client)} + ${whole(postgres)} + ${whole(rabbitmq)} us`
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
