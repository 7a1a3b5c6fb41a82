import {connect} from 'amqplib'
import pg from 'pg'
import {type CpuWatch, perMessage, readCpu} from './cpu.js'
import {benchDocument} from './document.js'
import {drain} from './drain.js'
import type {Measured} from './measured.js'

interface Phase {
  readonly rabbitmqUrl: string
  readonly messages: number
  readonly prefetch: number
  readonly watch: CpuWatch
}

/** Messages per second of a consumer that acknowledges and does nothing else. */
export async function measureBareConsumer(phase: Phase): Promise<Measured> {
  const {rabbitmqUrl: url, messages, prefetch} = phase
  const queue = 'bench.bare'
  await fill(url, queue, messages)
  return measured(phase, async () => drain({url, queue, messages, prefetch}))
}

/** Messages per second of a consumer that writes one row a message, by a pool of the driver's usual size. */
export async function measurePlainConsumer(phase: Phase & {readonly postgresUrl: string}): Promise<Measured> {
  const {rabbitmqUrl: url, postgresUrl, messages, prefetch} = phase
  const queue = 'bench.plain'
  await fill(url, queue, messages)
  const pool = new pg.Pool({connectionString: postgresUrl})
  try {
    await pool.query(
      'create table if not exists processed (id text not null, done_at timestamptz not null default now())',
    )
    return await measured(phase, async () =>
      drain({
        url,
        queue,
        messages,
        prefetch,
        handle: async ({properties}) =>
          pool.query('insert into processed (id) values ($1)', [String(properties.messageId)]),
      }),
    )
  } finally {
    await pool.end()
  }
}

/** The consumers run in this process. */
async function measured({watch, messages}: Phase, run: () => Promise<number>): Promise<Measured> {
  const before = await readCpu(watch, process.pid)
  const rate = await run()
  return {rate, cpu: perMessage(before, await readCpu(watch, process.pid), messages)}
}

/** Fills a quorum queue, every message confirmed. */
async function fill(url: string, queue: string, messages: number): Promise<void> {
  const model = await connect(url)
  try {
    const channel = await model.createConfirmChannel()
    await channel.assertQueue(queue, {durable: true, arguments: {'x-queue-type': 'quorum'}})
    for (let number = 1; number <= messages; number += 1) {
      const body = Buffer.from(JSON.stringify(benchDocument(String(number))))
      channel.sendToQueue(queue, body, {persistent: true, messageId: String(number)})
      if (number % 1000 === 0) await channel.waitForConfirms()
    }
    await channel.waitForConfirms()
  } finally {
    await model.close()
  }
}
