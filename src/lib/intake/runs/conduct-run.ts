import type {Database} from '#lib/db/database.js'
import type {Hold} from '#lib/db/hold.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {newRunId} from '#lib/kernel/run-id.js'
import type {Door} from '#lib/intake/door.js'
import type {Checker} from './checker.js'
import type {PushEnd, PushOptions} from './push-lines.js'
import {filesOfRun, type PushFile} from './push-file.js'
import {endRun, findUnfinishedRun, insertRun, lockOfRun, type PushRun, resumeRun} from './push-run.js'

/** What every push needs to know, whatever it reads. */
export interface RunRequest extends PushOptions {
  readonly door: Door
  readonly checker: Checker
  readonly rejectsFile: string | null
  /** Whether the first rejected line ends the push, and nothing of it and behind it is committed. */
  readonly stopsAtReject: boolean
  readonly startedBy: string
  readonly host: string
  /** Hears of the run before its first line is read, and whether it goes on with one that was broken off. */
  readonly onRun: (run: PushRun, isResumed: boolean) => void
}

/** What a run is about. */
export interface RunMatter {
  /** The same for the same content; null for what cannot be read a second time. No two processes push the same at once. */
  readonly inputs: string | null
  readonly names: readonly string[]
  /** Whether an unfinished run of the same content is taken up again. */
  readonly goesOn: boolean
  /** Said to whom comes second. */
  readonly underWay: string
  readonly push: (run: PushRun, files: readonly PushFile[]) => Promise<PushEnd>
}

export interface Pushed {
  readonly run: PushRun
  /** Of this time; the counts of the whole run are with the run. */
  readonly end: PushEnd
}

/**
 * Writes a run down, has it carried out and notes how it ended.
 *
 * @throws ErpSyncError 75 if another process pushes the same.
 */
export async function conductRun(database: Database, request: RunRequest, matter: RunMatter): Promise<Pushed> {
  const newId = newRunId('P')
  const lock = lockOfRun({flow: request.door.flow, inputs: matter.inputs, id: newId})
  const hold = await holdRun(database, lock, matter.underWay)
  try {
    const {run, files, isResumed} = await openRun(database, request, matter, newId)
    request.onRun(run, isResumed)
    const end = await matter.push(run, files).catch(async (error: unknown) => {
      // The ledger may be what is gone; then the run shows as broken off.
      await endRun(database, run.id, {state: 'failed', why: nameOf(error)}).catch(() => {})
      throw error
    })
    return {run: await endRun(database, run.id, stateAfter(end, request.signal)), end}
  } finally {
    await hold.release()
  }
}

async function openRun(
  database: Database,
  {door, rejectsFile, startedBy, host}: RunRequest,
  {inputs, names, goesOn}: RunMatter,
  newId: string,
): Promise<{readonly run: PushRun; readonly files: readonly PushFile[]; readonly isResumed: boolean}> {
  return database.transaction(async (tx) => {
    const before = inputs !== null && goesOn ? await findUnfinishedRun(tx, door.flow, inputs) : undefined
    // What was rejected before stands in the file it was written to then.
    const bytes = before?.rejectsFile === rejectsFile ? (before?.rejectsBytes ?? 0) : 0
    const run =
      before === undefined
        ? await insertRun(tx, {id: newId, flow: door.flow, inputs, files: names, startedBy, host, rejectsFile})
        : await resumeRun(tx, before.id, {file: rejectsFile, bytes})
    return {run, files: await filesOfRun(tx, run.id), isResumed: before !== undefined}
  })
}

async function holdRun(database: Database, lock: string, underWay: string): Promise<Hold> {
  const hold = await database.hold(lock)
  if (hold !== undefined) return hold
  throw new ErpSyncError(underWay, {
    code: 'push_under_way',
    exitCode: exitCodes.locked,
    hint: 'Wait for it, or look how it stands: erpsync push list',
  })
}

function stateAfter(end: PushEnd, {reason}: AbortSignal): Parameters<typeof endRun>[2] {
  switch (end.kind) {
    case 'all_read':
      return {state: 'finished', why: null}
    case 'aborted':
      return {state: 'stopped', why: String(reason)}
    case 'breached':
    case 'stopped':
      return {state: 'stopped', why: end.why}
  }
}

function nameOf(error: unknown): string {
  return error instanceof ErpSyncError ? error.code : (errorCode(error) ?? 'bug')
}
