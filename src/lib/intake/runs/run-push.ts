import {createHash} from 'node:crypto'
import type {CsvInput} from '#lib/config/csv-input.js'
import type {Database} from '#lib/db/database.js'
import type {Input} from '#lib/intake/readers/input.js'
import {type Format, readDocuments} from '#lib/intake/readers/read-documents.js'
import {openRejectsFile} from '#lib/intake/rejects-file.js'
import {openCheck, openCommit, openTrial} from './commit.js'
import {conductRun, type Pushed, type RunRequest} from './conduct-run.js'
import {type LineSource, type PushEnd, pushLines} from './push-lines.js'
import {closeFile, type PushFile} from './push-file.js'
import type {PushRun} from './push-run.js'
import {tryLines} from './try-lines.js'

export interface PushRequest extends RunRequest {
  readonly inputs: readonly Input[]
  readonly format: Format | undefined
  readonly csv: CsvInput
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
  return conductRun(database, request, {
    inputs: contentOf(request),
    names: request.inputs.map(({name}) => name),
    goesOn: true,
    underWay: 'Another process is pushing the same files.',
    push: async (run, files) => pushRun(database, request, {run, files}),
  })
}

/** Checks inputs and writes nothing; with a ledger, it is asked as well. */
export async function tryPush(database: Database | null, request: Omit<PushRequest, 'onRun'>): Promise<PushEnd> {
  const {door} = request
  const commit = database === null ? openCheck() : openTrial(database, door)
  const sources = request.inputs.map((input, index) =>
    sourceOf(request, input, {number: index + 1, done: async () => {}}),
  )
  return tryLines(commit, sources, request)
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

/** The same for the same files read in the same way; null if one of them cannot be read a second time. */
function contentOf({inputs, format}: PushRequest): string | null {
  const hash = createHash('sha256').update(`${format ?? ''}\n`)
  for (const {name, fingerprint} of inputs) {
    if (fingerprint === null) return null
    hash.update(`${name}\n${fingerprint}\n`)
  }
  return hash.digest('hex')
}
