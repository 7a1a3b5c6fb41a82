import type {Publisher} from '#lib/broker/publisher.js'
import type {Database} from '#lib/db/database.js'
import {createBell} from '#lib/kernel/bell.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {wait} from '#lib/kernel/wait.js'
import {outboxChannel} from '#lib/ledger/outbox.js'
import {publishDue} from './publish-due.js'

interface RelayParts {
  readonly database: Database
  readonly publisher: Publisher
  readonly prefix: string
  readonly log: Log
}

/**
 * Moves the outbox to the broker until the signal aborts. A NOTIFY wakes it, a
 * poll is the net below. Several relays share the outbox, row by row.
 */
export async function runRelay(parts: RelayParts, signal: AbortSignal): Promise<void> {
  const {database, log} = parts
  const bell = createBell()
  const listener = database.listen(outboxChannel, bell.ring)
  while (!signal.aborted) {
    try {
      const {published, refused} = await publishDue(parts)
      if (published > 0) log.debug({published}, 'outbox published')
      if (refused > 0) log.warn({refused}, 'copies were not taken by the broker; erpsync topology diff may say why')
      if (published + refused === 0) await bell.wait(pollMs, signal)
    } catch (error) {
      log.error({error: errorMessage(error)}, 'relay interrupted; it goes on by itself')
      await wait(recoverMs, signal)
    }
  }
  await listener.close()
}

const pollMs = 500
const recoverMs = 1000
