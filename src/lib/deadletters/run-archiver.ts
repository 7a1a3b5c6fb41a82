import type {BrokerConnection} from '#lib/broker/connection.js'
import {type Consumer, startConsumer} from '#lib/broker/consumer.js'
import type {Delivery} from '#lib/broker/delivery.js'
import {dlqOf, unroutableQueue} from '#lib/broker/names.js'
import {type Database, isPassingDatabaseError} from '#lib/db/database.js'
import {persist} from '#lib/db/persist.js'
import {type Clock} from '#lib/kernel/clock.js'
import {coalesce} from '#lib/kernel/coalesce.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {wait} from '#lib/kernel/wait.js'
import {archiveLetters} from './archive-letters.js'
import type {GroupingRule} from './grouping/rules.js'
import {closeReplayedLetters} from './letters.js'
import {judgeUnattended} from './operations/finish.js'
import {type LetterSource, type ReadLetter, readLetter} from './read-letter.js'

interface ArchiverParts {
  readonly connection: BrokerConnection
  readonly database: Database
  readonly prefix: string
  readonly flows: readonly string[]
  readonly rules: readonly GroupingRule[]
  readonly clock: Clock
  readonly log: Log
}

/**
 * Moves dead letters from the broker to PostgreSQL until the signal aborts:
 * many in one transaction, each acknowledged after the commit. Beside that,
 * gives replayed letters, and the operations they belong to, their outcome.
 */
export async function runArchiver(parts: ArchiverParts, signal: AbortSignal): Promise<void> {
  const {connection, database, prefix, flows, rules, log} = parts
  const archive = coalesce(async (letters: readonly ReadLetter[]) => archiveLetters(database, letters, rules), {
    most: batchSize,
    isOneToBlame: (error) => !isPassingDatabaseError(error),
  })
  const underWay = new Set<Promise<void>>()

  const consumers: Consumer[] = []
  const start = async ({queue, source}: Source): Promise<Consumer> =>
    startConsumer(connection, {
      queue,
      prefetch: batchSize,
      onInterruption: (reason) => log.warn({queue, reason}, 'archiver interrupted'),
      onDelivery: (delivery) => {
        const work = archiveOne(parts, archive, source, delivery, signal).finally(() => underWay.delete(work))
        underWay.add(work)
      },
    })
  try {
    for (const source of sources(prefix, flows)) consumers.push(await start(source))
    while (!signal.aborted) {
      await judgeReplayed(database).catch((error: unknown) => {
        log.warn({error: errorMessage(error)}, 'replayed letters not closed; will be tried again')
      })
      await wait(closeEveryMs, signal)
    }
  } finally {
    await Promise.all(consumers.map(async (consumer) => consumer.stop()))
    await Promise.all(underWay)
  }
}

interface Source {
  readonly queue: string
  readonly source: LetterSource
}

function sources(prefix: string, flows: readonly string[]): readonly Source[] {
  return [
    ...flows.map((flow) => ({queue: dlqOf(prefix, flow), source: {kind: 'dlq', flow} as const})),
    {queue: unroutableQueue(prefix), source: {kind: 'unroutable'}},
  ]
}

async function judgeReplayed(database: Database): Promise<void> {
  await closeReplayedLetters(database)
  await judgeUnattended(database)
}

async function archiveOne(
  {clock, log}: ArchiverParts,
  archive: (letter: ReadLetter) => Promise<void>,
  source: LetterSource,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const read = readLetter(delivery, source, clock.now())
  const {messageId, code, flow} = read.letter
  try {
    await persist(async () => archive(read), {log, signal})
    delivery.ack()
    log.info({messageId, flow, code}, 'dead letter archived')
  } catch (error) {
    log.error({messageId, flow, error: errorMessage(error)}, 'dead letter not archived; it stays on its queue')
    await wait(releasePauseMs, signal)
    delivery.release()
  }
}

const batchSize = 200
const closeEveryMs = 1000
const releasePauseMs = 5000
