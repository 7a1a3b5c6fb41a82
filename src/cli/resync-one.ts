import {findFlow} from '#lib/config/load.js'
import type {Problem} from '#lib/intake/door.js'
import type {KeyState} from '#lib/ledger/key-states.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {noGuards} from '#lib/metering/guards.js'
import {type Entry, isSendable} from '#lib/resync/entry.js'
import {compareStates} from '#lib/resync/compare-states.js'
import {readItems, itemStates, type RunItem} from '#lib/resync/run/read-items.js'
import {startRun} from '#lib/resync/run/start-run.js'
import {interruptible} from './interruptible.js'
import {internalKindOf, withInternalSide} from './internal-side.js'
import {unreadableExitCode} from './plan-resync.js'
import {startError} from './resync-error.js'
import {type FollowedRun, followRun, type ResyncWork} from './run-resync.js'
import {type DeskOptions, type OpenDesk, withDesk} from './with-desk.js'

/** How one key stands in SAP. */
export async function lookAtKey(
  work: Pick<ResyncWork, 'config' | 'database'>,
  {flow, key, ...options}: Omit<DeskOptions, 'signal' | 'isMetered'> & {readonly key: string},
): Promise<Entry> {
  return interruptible(async (signal) =>
    withDesk(work, {flow, ...options, isMetered: false, signal}, async (desk) => {
      const [entry] = await compareStates(desk, [await requireState(desk, flow, key)])
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
export async function requireState(
  {internal}: Pick<OpenDesk, 'internal'>,
  flow: string,
  key: string,
): Promise<KeyState> {
  for await (const {states, refused} of internal.states({kind: 'keys', keys: [key]})) {
    const [state] = states
    if (state !== undefined) return state
    const [problem] = refused.flatMap(({problems}) => problems)
    if (problem !== undefined) throw refusedRow(flow, key, problem)
  }
  if (internal.kind === 'source') throw notInSource(flow, key)
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
  {
    flow,
    isFromLedger,
    timeoutMs,
    say,
  }: {
    readonly flow: string
    readonly isFromLedger: boolean
    readonly timeoutMs: number
    readonly say: (line: string) => void
  },
): Promise<FollowedRun & {readonly item: RunItem | null}> {
  const request = {flow, selection: `keys ${entry.key}`, planSha256: null, guards: noGuards, window: null}
  const configured = findFlow(work.config, flow)
  const kind = internalKindOf(configured, isFromLedger)
  const starting = await interruptible(async (signal) =>
    withInternalSide(work, {flow: configured, kind, signal}, async (internal) =>
      startRun(work.database, {...request, internal, entries: () => [entry]}, work.lease, work.operator),
    ),
  )
  if (starting.kind !== 'started') throw startError(flow, starting)
  const followed = await followRun(work, {id: starting.id, flow, internal: kind}, timeoutMs, say)
  const [item = null] = await readItems(work.database, starting.id, {states: itemStates, limit: 1})
  return {...followed, item}
}

function notInSource(flow: string, key: string): ErpSyncError {
  return new ErpSyncError(`The source of ${flow} has no row of the key "${key}".`, {
    code: 'unknown_key',
    exitCode: exitCodes.usage,
    hint: 'Upper and lower case as there. To go by the latest accepted message instead, add --from-ledger.',
  })
}

function refusedRow(flow: string, key: string, {field, message}: Problem): ErpSyncError {
  return new ErpSyncError(`The row of ${key} in the source of ${flow} is refused: ${`${field} ${message}`.trim()}`, {
    code: 'row_refused',
    exitCode: exitCodes.badInput,
    hint: 'Mend the row, the query or the schema. To go by the latest accepted message instead, add --from-ledger.',
  })
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
