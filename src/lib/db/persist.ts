import {isPassingDatabaseError} from './database.js'
import {errorMessage} from '#lib/kernel/errors.js'
import type {Log} from '#lib/kernel/log.js'
import {wait} from '#lib/kernel/wait.js'

/**
 * Carries out ledger work until PostgreSQL answers: an outcome SAP has given
 * must be written down, and an unacknowledged copy keeps its place meanwhile.
 * When the signal aborts, the last error is thrown; the broker then delivers
 * the copy again and the ledger finds it in doubt.
 */
export async function persist<Result>(
  work: () => Promise<Result>,
  {log, signal}: {readonly log: Log; readonly signal: AbortSignal},
): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !isPassingDatabaseError(error)) throw error
      if (tries === 0) log.warn({error: errorMessage(error)}, 'ledger not reachable; waiting')
      await wait(Math.min(100 * 2 ** tries, 5000), signal)
    }
  }
}
