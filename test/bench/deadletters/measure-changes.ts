import {createHash} from 'node:crypto'
import type {Database} from '#lib/db/database.js'
import {archiveLetters} from '#lib/deadletters/archive-letters.js'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import {pageLetters} from '#lib/deadletters/query-letters.js'
import type {ReadLetter} from '#lib/deadletters/read-letter.js'
import {replayLetters} from '#lib/deadletters/replay.js'
import {newId} from '#lib/kernel/ids.js'
import type {Cause} from './causes.js'
import {addDeadMessages} from './fill-archive.js'
import {medianOf} from './median.js'

/** Letters archived per second, in batches as the archiver takes them, into the archive as it is by now. */
export async function measureArchive(database: Database, causes: readonly Cause[], rounds: number): Promise<number> {
  return perSecond(rounds, async () => {
    const messages = await addDeadMessages(database, archived)
    const copies = messages.map((messageId, index) => copyOf(messageId, causes[(index * 7) % causes.length]))
    return async () => {
      for (let from = 0; from < copies.length; from += batch) {
        await archiveLetters(database, copies.slice(from, from + batch), [])
      }
      return copies.length
    }
  })
}

/** Letters sent again per second: noted, readmitted and put into the outbox. */
export async function measureReplay(database: Database, rounds: number): Promise<number> {
  return perSecond(rounds, async () => {
    const query = parseLetterQuery('state:open', new Date())
    if (query.kind === 'problem') throw new Error(query.message)
    const letters = await pageLetters(database, query, {before: null, limit: replayed})
    return async () => (await replayLetters(database, {letters, skipped: []}, 'bench')).replayed.length
  })
}

/** The median rate; what `prepare` does is not measured. */
async function perSecond(rounds: number, prepare: () => Promise<() => Promise<number>>): Promise<number> {
  const rate = await medianOf(rounds, async () => {
    const work = await prepare()
    const begun = performance.now()
    const done = await work()
    return (done * 1000) / (performance.now() - begun)
  })
  return Math.round(rate)
}

function copyOf(messageId: string, cause: Cause | undefined): ReadLetter {
  if (cause === undefined) throw new Error('there is no cause to die of')
  const {flow, stage, code, text} = cause
  const raw = Buffer.from(JSON.stringify({messageId}))
  return {
    killedByBroker: false,
    letter: {
      id: newId(),
      flow,
      messageId,
      attempt: 9,
      class: cause.class,
      executed: 'no',
      code,
      text: text.replace('%', messageId),
      stage,
      headers: {
        'erpsync-attempt': 9,
        'erpsync-lane': 'retry',
        'erpsync-error-code': code,
        'erpsync-error-message': text,
      },
      raw,
      rawHash: createHash('sha256').update(raw).digest(),
      diedAt: new Date(),
    },
  }
}

const archived = 20_000
const replayed = 10_000
const batch = 200
