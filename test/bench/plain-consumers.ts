import {connect} from 'amqplib'
import pg from 'pg'
import {benchDocument} from './document.js'
import {drain} from './drain.js'

interface Phase {
  readonly rabbitmqUrl: string
  readonly messages: number
  readonly prefetch: number
}

/** Messages per second of a consumer that acknowledges and does nothing else. */
export async function measureBareConsumer({rabbitmqUrl: url, messages, prefetch}: Phase): Promise<number> {
  const queue = 'bench.bare'
  await fill(url, queue, messages)
  return drain({url, queue, messages, prefetch})
}

/** Messages per second of a consumer that writes one row a message, by a pool of the driver's usual size. */
export async function measurePlainConsumer(phase: Phase & {readonly postgresUrl: string}): Promise<number> {
  const {rabbitmqUrl: url, postgresUrl, messages, prefetch} = phase
  const queue = 'bench.plain'
  await fill(url, queue, messages)
  const pool = new pg.Pool({connectionString: postgresUrl})
  try {
    await pool.query(
      'create table if not exists processed (id text not null, done_at timestamptz not null default now())',
    )
    return await drain({
      url,
      queue,
      messages,
      prefetch,
      handle: async ({properties}) =>
        pool.query('insert into processed (id) values ($1)', [String(properties.messageId)]),
    })
  } finally {
    await pool.end()
  }
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
