import {createHash} from 'node:crypto'
import type {CsvInput} from '#lib/config/csv-input.js'
import type {Database} from '#lib/db/database.js'
import type {Hold} from '#lib/db/hold.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {newRunId} from '#lib/kernel/run-id.js'
import type {Door} from '#lib/intake/door.js'
import type {Input} from '#lib/intake/readers/input.js'
import {type Format, readDocuments} from '#lib/intake/readers/read-documents.js'
import {openRejectsFile} from '#lib/intake/rejects-file.js'
import type {Checker} from './checker.js'
import {openCheck, openCommit, openTrial} from './commit.js'
import {type LineSource, type PushEnd, pushLines, type PushOptions} from './push-lines.js'
import {
  closeFile,
  endRun,
  filesOfRun,
  findUnfinishedRun,
  insertRun,
  lockOfRun,
  type PushFile,
  type PushRun,
  resumeRun,
} from './push-run.js'

export interface PushRequest extends PushOptions {
  readonly door: Door
  readonly checker: Checker
  readonly inputs: readonly Input[]
  readonly format: Format | undefined
  readonly csv: CsvInput
  readonly rejectsFile: string | null
  /** Whether the first rejected line ends the push, and nothing of it and behind it is committed. */
  readonly stopsAtReject: boolean
  readonly startedBy: string
  readonly host: string
  /** Hears of the run before its first line is read, and whether it goes on with one that was broken off. */
  readonly onRun: (run: PushRun, isResumed: boolean) => void
}

export interface Pushed {
  readonly run: PushRun
  /** Of this time; the counts of the whole run are with the run. */
  readonly end: PushEnd
}

/**
 * Pushes inputs as a run with checkpoints: killed at any line, the same push
 * goes on behind the last batch it committed. Files are the same if name, size,
 * time of change, beginning and end are; a pipe cannot be read again, and starts
 * a new run.
 *
 * @throws ErpSyncError 75 if another process pushes the same files.
 */
export async function runPush(database: Database, request: PushRequest): Promise<Pushed> {
  const inputs = contentOf(request)
  const newId = newRunId('P')
  const hold = await holdRun(database, lockOfRun({flow: request.door.flow, inputs, id: newId}))
  try {
    const {run, files, isResumed} = await openRun(database, request, {inputs, newId})
    request.onRun(run, isResumed)
    const end = await pushRun(database, request, {run, files}).catch(async (error: unknown) => {
      // The ledger may be what is gone; then the run shows as broken off.
      await endRun(database, run.id, {state: 'failed', why: nameOf(error)}).catch(() => {})
      throw error
    })
    return {run: await endRun(database, run.id, stateAfter(end, request.signal)), end}
  } finally {
    await hold.release()
  }
}

/** Checks inputs and writes nothing; with a ledger, it is asked as well. */
export async function tryPush(database: Database | null, request: Omit<PushRequest, 'onRun'>): Promise<PushEnd> {
  const {door, checker} = request
  const commit = database === null ? openCheck() : openTrial(database, door)
  const rejects = request.rejectsFile === null ? null : await openRejectsFile(request.rejectsFile, 0)
  let written = 0
  try {
    const sources = request.inputs.map((input, index) =>
      sourceOf(request, input, {number: index + 1, done: async () => {}}),
    )
    return await pushLines(
      {
        checker,
        commit: async (batch) => {
          const result = await commit(batch)
          written = (await rejects?.write(written, result.rejects)) ?? 0
          return result
        },
      },
      sources,
      request,
    )
  } finally {
    await rejects?.close()
  }
}

async function pushRun(
  database: Database,
  request: PushRequest,
  {run, files}: {readonly run: PushRun; readonly files: readonly PushFile[]},
): Promise<PushEnd> {
  const {door, checker, inputs, rejectsFile, stopsAtReject} = request
  const rejects = rejectsFile === null ? null : await openRejectsFile(rejectsFile, run.rejectsBytes)
  try {
    const commit = openCommit({
      database,
      door,
      runId: run.id,
      positions: new Map(files.map(({number, position}) => [number, position])),
      rejects,
      rejectsBytes: rejects?.kept ?? 0,
      stopsAtReject,
    })
    const sources = files.flatMap((file) => {
      const input = inputs[file.number - 1]
      if (file.isDone || input === undefined) return []
      return [sourceOf(request, input, {...file, done: async () => closeFile(database, run.id, file.number)})]
    })
    return await pushLines({checker, commit}, sources, request)
  } finally {
    await rejects?.close()
  }
}

function sourceOf(
  {format, csv, signal}: Pick<PushRequest, 'format' | 'csv' | 'signal'>,
  input: Input,
  {number, position, done}: Pick<LineSource, 'done'> & Pick<PushFile, 'number'> & Partial<Pick<PushFile, 'position'>>,
): LineSource {
  return {
    file: {number, name: input.name},
    read: () => readDocuments(input, {format, csv, ...(position === undefined ? {} : {from: position}), signal}),
    done,
  }
}

async function openRun(
  database: Database,
  {door, inputs, rejectsFile, startedBy, host}: PushRequest,
  {inputs: content, newId}: {readonly inputs: string | null; readonly newId: string},
): Promise<{readonly run: PushRun; readonly files: readonly PushFile[]; readonly isResumed: boolean}> {
  return database.transaction(async (tx) => {
    const before = content === null ? undefined : await findUnfinishedRun(tx, door.flow, content)
    // What was rejected before stands in the file it was written to then.
    const bytes = before?.rejectsFile === rejectsFile ? (before?.rejectsBytes ?? 0) : 0
    const run =
      before === undefined
        ? await insertRun(tx, {
            id: newId,
            flow: door.flow,
            inputs: content,
            files: inputs.map(({name}) => name),
            startedBy,
            host,
            rejectsFile,
          })
        : await resumeRun(tx, before.id, {file: rejectsFile, bytes})
    return {run, files: await filesOfRun(tx, run.id), isResumed: before !== undefined}
  })
}

/** The same for the same files read in the same way; null if one of them cannot be read a second time. */
function contentOf({inputs, format}: PushRequest): string | null {
  const hash = createHash('sha256').update(`${format ?? ''}\n`)
  for (const {name, fingerprint} of inputs) {
    if (fingerprint === null) return null
    hash.update(`${name}\n${fingerprint}\n`)
  }
  return hash.digest('hex')
}

async function holdRun(database: Database, lock: string): Promise<Hold> {
  const hold = await database.hold(lock)
  if (hold !== undefined) return hold
  throw new ErpSyncError('Another process is pushing the same files.', {
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
