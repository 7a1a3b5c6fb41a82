import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {wait} from '#lib/kernel/wait.js'
import type {LedgerReader, Standing} from './ledger.js'
import type {DemoWorker} from './start-worker.js'

interface Following {
  readonly worker: DemoWorker
  readonly signal: AbortSignal
  readonly show: (text: string) => void
  readonly timeoutMs: number
  /** Where to look if it does not come to that. */
  readonly logFile: string
}

/**
 * Watches the ledger until it stands as wanted.
 *
 * @throws ErpSyncError 3 if the worker ends meanwhile or the time is up, with what is stuck.
 */
export async function followLedger(
  ledger: LedgerReader,
  isWanted: (standing: Standing) => boolean,
  {worker, signal, show, timeoutMs, logFile}: Following,
): Promise<Standing> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const standing = await ledger.standing()
    show(describe(standing))
    if (isWanted(standing)) return standing
    const end = worker.end()
    if (end !== undefined) throw unfinished(`The worker ended ${end}`, standing, logFile)
    if (performance.now() >= deadline) throw unfinished(`Still not done after ${timeoutMs / 1000} s`, standing, logFile)
    await wait(pollMs, signal)
    signal.throwIfAborted()
  }
}

/** Nothing is on its way, and whatever is dead has its letter. */
export function isQuiet({underWay, unarchived}: Standing): boolean {
  return underWay === 0 && unarchived === 0
}

function describe({synced, dead, underWay, inFlight, retrying, inDoubt}: Standing): string {
  return (
    `${synced} synced, ${dead} dead, ${underWay} on their way ` +
    `(${inFlight} in flight, ${retrying} retrying, ${inDoubt} in doubt)`
  )
}

function unfinished(what: string, standing: Standing, logFile: string): ErpSyncError {
  const letters = standing.unarchived === 0 ? '' : `, ${standing.unarchived} dead without a letter`
  return new ErpSyncError(`${what}: ${describe(standing)}${letters}.`, {
    code: 'demo_stuck',
    exitCode: exitCodes.someFailed,
    hint: `The worker's log: ${logFile}`,
  })
}

const pollMs = 100
