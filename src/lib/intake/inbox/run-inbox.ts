import type {Database} from '#lib/db/database.js'
import type {Hold} from '#lib/db/hold.js'
import {createBell} from '#lib/kernel/bell.js'
import {errorCode, errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {wait} from '#lib/kernel/wait.js'
import type {Doors} from '#lib/intake/open-doors.js'
import {requireInstalled} from './install.js'
import {pruneStep, pruneTaken} from './rows.js'
import {inboxChannel} from './table-sql.js'
import {roundSize, takeRound} from './take-round.js'
import {findTaker, takerLock} from './taker.js'

export interface InboxParts {
  readonly name: string
  readonly inbox: Database
  readonly ledger: Database
  readonly doors: Doors
  /** How long a row is kept after it was taken. */
  readonly keepMs: number
  /** Whom others see taking. */
  readonly taker: string
  readonly log: Log
}

interface Hears {
  /** Until there may be something to take, or the time is up. */
  readonly doze: (ms: number, signal: AbortSignal) => Promise<void>
  /** Called after every round that went well. */
  readonly isWell: () => void
}

/**
 * Takes from an inbox until the signal aborts, and then finishes the round under
 * way. A NOTIFY wakes it, a poll is the net below. One process takes; another
 * stands by until the first is gone. If a database is away, it waits and goes on.
 */
export async function runInbox(parts: InboxParts, signal: AbortSignal): Promise<void> {
  const {name, inbox, log} = parts
  const bell = createBell()
  const listener = inbox.listen(inboxChannel, bell.ring)
  const trouble = openTrouble(name, log)
  try {
    while (!signal.aborted) {
      try {
        await takeAlone(parts, {doze: bell.wait, isWell: trouble.over}, signal)
      } catch (error) {
        await trouble.wait(error, signal)
      }
    }
  } finally {
    await listener.close()
  }
}

async function takeAlone(parts: InboxParts, hears: Hears, signal: AbortSignal): Promise<void> {
  const hold = await standBy(parts, signal)
  if (hold === undefined) return
  try {
    // Not before: while this process stood by, the table may have been brought to a newer release.
    await requireInstalled(parts.inbox, parts.name)
    parts.log.info({inbox: parts.name, taker: parts.taker}, 'inbox taken from')
    await takeOn(parts, hears, signal)
  } finally {
    await hold.release()
  }
}

/** Until this process is the one that takes; undefined if the signal came first. */
async function standBy({name, inbox, log}: InboxParts, signal: AbortSignal): Promise<Hold | undefined> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    const hold = await inbox.hold(takerLock)
    if (hold !== undefined) return hold
    if (tries === 0) log.info({inbox: name, taker: (await findTaker(inbox))?.name ?? null}, 'inbox stood by for')
    await wait(standByMs, signal)
  }
  return undefined
}

/** Takes round after round while the lock is ours. */
async function takeOn(parts: InboxParts, {doze, isWell}: Hears, signal: AbortSignal): Promise<void> {
  const {name, inbox, keepMs, taker, log} = parts
  let lookedAt = performance.now()
  let prunedAt = -Infinity
  while (!signal.aborted) {
    const counts = await takeRound(parts)
    isWell()
    if (counts.taken > 0) log.debug({inbox: name, ...counts}, 'rows taken')
    if (counts.refused > 0)
      log.warn({inbox: name, refused: counts.refused}, `rows were refused; erpsync intake list ${name} says why`)

    if (performance.now() - prunedAt > pruneEveryMs) {
      const pruned = await pruneTaken(inbox, keepMs)
      if (pruned > 0) log.debug({inbox: name, pruned}, 'taken rows removed')
      if (pruned < pruneStep) prunedAt = performance.now()
      else continue
    }
    // A lock goes without a word with its connection.
    if (performance.now() - lookedAt > lookEveryMs) {
      if ((await findTaker(inbox))?.name !== taker) {
        log.warn({inbox: name}, 'lock of the inbox lost')
        return
      }
      lookedAt = performance.now()
    }
    if (counts.taken < roundSize) await doze(pollMs, signal)
  }
}

/** Says once that something is in the way, and once that it is over. */
function openTrouble(inbox: string, log: Log) {
  let said: string | undefined
  let tries = 0
  return {
    wait: async (error: unknown, signal: AbortSignal): Promise<void> => {
      // A server that goes away says so in several ways.
      const kind = errorCode(error) ?? errorMessage(error)
      if (kind !== said) log.warn({inbox, error: errorMessage(error)}, 'inbox interrupted; it goes on by itself')
      said = kind
      await wait(Math.min(firstWaitMs * 2 ** tries, longestWaitMs), signal)
      tries += 1
    },
    over: (): void => {
      if (said !== undefined) log.info({inbox}, 'inbox went on')
      said = undefined
      tries = 0
    },
  }
}

const pollMs = 2000
const standByMs = 1000
const lookEveryMs = 5000
const pruneEveryMs = 60_000
const firstWaitMs = 200
const longestWaitMs = 5000
