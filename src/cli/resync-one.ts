import type {KeyState} from '#lib/ledger/key-states.js'
import {readStatesOfKeys} from '#lib/ledger/key-states.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {noGuards} from '#lib/metering/guards.js'
import {type Entry, isSendable} from '#lib/resync/entry.js'
import {compareStates} from '#lib/resync/compare-states.js'
import {readItems, itemStates, type RunItem} from '#lib/resync/run/read-items.js'
import {startRun} from '#lib/resync/run/start-run.js'
import type {Database} from '#lib/db/database.js'
import {interruptible} from './interruptible.js'
import {unreadableExitCode} from './plan-resync.js'
import {startError} from './resync-error.js'
import {type FollowedRun, followRun, type ResyncWork} from './run-resync.js'
import {type DeskOptions, withDesk} from './with-desk.js'

/** How one key stands in SAP. */
export async function lookAtKey(
  work: Pick<ResyncWork, 'config' | 'database'>,
  {flow, key, ...options}: Omit<DeskOptions, 'signal' | 'isMetered'> & {readonly key: string},
): Promise<Entry> {
  return interruptible(async (signal) =>
    withDesk(work, {flow, ...options, isMetered: false, signal}, async (desk) => {
      const [entry] = await compareStates(desk, [await requireState(desk.database, flow, key)])
      if (entry === undefined) throw new Error('a key was not compared')
      return entry
    }),
  )
}

/**
 * The state that SAP should hold of a key.
 *
 * @throws ErpSyncError 2 if nobody knows the key.
 */
export async function requireState(database: Database, flow: string, key: string): Promise<KeyState> {
  const [state] = await readStatesOfKeys(database, flow, [key])
  if (state !== undefined) return state
  throw new ErpSyncError(`The flow ${flow} has no message of the key "${key}".`, {
    code: 'unknown_key',
    exitCode: exitCodes.usage,
    hint: 'The key is what the expression key of the flow makes of a document, upper and lower case as there.',
  })
}

/** Sends one key, and waits for what becomes of it. */
export async function sendKey(
  work: ResyncWork,
  entry: Entry,
  {flow, timeoutMs, say}: {readonly flow: string; readonly timeoutMs: number; readonly say: (line: string) => void},
): Promise<FollowedRun & {readonly item: RunItem | null}> {
  const request = {flow, selection: `keys ${entry.key}`, planSha256: null, guards: noGuards, window: null}
  const starting = await startRun(work.database, {...request, entries: () => [entry]}, work.lease, work.operator)
  if (starting.kind !== 'started') throw startError(flow, starting)
  const followed = await followRun(work, {id: starting.id, flow}, timeoutMs, say)
  const [item = null] = await readItems(work.database, starting.id, {states: itemStates, limit: 1})
  return {...followed, item}
}

/** Whether there is anything to send; if not, why not, as a code to end with. */
export function oneKeyExitCode(entry: Entry): 'send' | ExitCode {
  if (isSendable(entry)) return 'send'
  switch (entry.class) {
    case 'in_flight':
      return exitCodes.pending
    case 'dead_letter':
      return exitCodes.conflict
    case 'unreadable':
      return entry.failure === null ? exitCodes.someFailed : unreadableExitCode(entry.failure)
    case 'equal':
    case 'missing':
    case 'stale':
    case 'mismatch':
    case 'only_in_sap':
      return exitCodes.ok
  }
}
