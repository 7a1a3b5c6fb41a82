import type {Database} from '#lib/db/database.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {wait} from '#lib/kernel/wait.js'
import {judgeUnattended} from './look.js'

/** Gives outcomes to what resyncs have sent whose commands did not wait, until the signal aborts. */
export async function runJudge(
  {database, log}: {readonly database: Database; readonly log: Log},
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await judgeUnattended(database).catch((error: unknown) => {
      log.warn({error: errorMessage(error)}, 'resyncs not judged; will be tried again')
    })
    await wait(everyMs, signal)
  }
}

const everyMs = 2000
