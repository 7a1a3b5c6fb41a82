import type {Database} from '#lib/db/database.js'
import {openRejectsFile} from '#lib/intake/rejects-file.js'
import {type Commit, openCommit, openTrial} from '#lib/intake/runs/commit.js'
import {conductRun, type Pushed, type RunRequest} from '#lib/intake/runs/conduct-run.js'
import {batchSizeAt, type PushEnd, pushLines} from '#lib/intake/runs/push-lines.js'
import {closeFile} from '#lib/intake/runs/push-file.js'
import {closeSourceRuns, type PushRun, sourceInputs} from '#lib/intake/runs/push-run.js'
import {tryLines} from '#lib/intake/runs/try-lines.js'
import {openReading, type Reach} from './reading.js'
import type {Source} from './source.js'
import {refuseOtherKey} from './source-lines.js'

export interface SourceRequest extends RunRequest {
  readonly source: Source
  readonly reach: Reach
  /** Hears what a person should know of the source. */
  readonly onNotice: (text: string) => void
}

/**
 * Pushes what is new in the source of a flow, as a run: rows are accepted and
 * the watermark is moved in one transaction. Killed at any line, the next run
 * reads again from where the watermark is, and what is known is a duplicate.
 *
 * @throws ErpSyncError 75 if another process reads the same source.
 */
export async function runSourcePush(database: Database, request: SourceRequest): Promise<Pushed> {
  const {flow} = request.door
  return conductRun(database, request, {
    inputs: sourceInputs,
    names: [file.name],
    goesOn: false,
    underWay: `Another process is reading the source of ${flow}.`,
    push: async (run) => {
      await closeSourceRuns(database, run)
      return pushRows(database, request, run)
    },
  })
}

/** Asks the ledger what would become of the rows, and writes nothing. */
export async function trySourcePush(database: Database, request: Omit<SourceRequest, 'onRun'>): Promise<PushEnd> {
  const reading = await openReading(database, request, batchSizeAt(request.ratePerS))
  const commit = withOwnKeys(openTrial(database, request.door), reading, request.source)
  const none = async (): Promise<void> => {}
  return tryLines(
    commit,
    [
      {file, read: reading.refused, done: none, isSpared: true},
      {file, read: reading.rows, done: none},
    ],
    request,
  )
}

async function pushRows(database: Database, request: SourceRequest, run: PushRun): Promise<PushEnd> {
  const {door, checker, source, rejectsFile, stopsAtReject, ratePerS} = request
  const reading = await openReading(database, request, batchSizeAt(ratePerS))
  const rejects = rejectsFile === null ? null : await openRejectsFile(rejectsFile, 0)
  try {
    const commit = openCommit({
      database,
      door,
      runId: run.id,
      positions: new Map(),
      rejects,
      rejectsBytes: 0,
      stopsAtReject,
      onlyCountsDuplicates: true,
      alongside: reading.note,
    })
    const sources = [
      // Who wants to stop at what is refused is not stopped by what was before.
      ...(stopsAtReject ? [] : [{file, read: reading.refused, done: reading.forgetGone, isSpared: true}]),
      {
        file,
        read: reading.rows,
        done: async () => {
          await reading.close()
          await closeFile(database, run.id, file.number)
        },
      },
    ]
    return await pushLines({checker, commit: withOwnKeys(commit, reading, source)}, sources, request)
  } finally {
    await rejects?.close()
  }
}

function withOwnKeys(
  commit: Commit,
  {rowOf}: Pick<Awaited<ReturnType<typeof openReading>>, 'rowOf'>,
  {settings}: Source,
): Commit {
  return async (batch) =>
    commit({...batch, lines: batch.lines.map((line) => refuseOtherKey(line, rowOf(line.line), settings.key))})
}

/** What stands for the file's name in a run of a source. */
const file = {number: 1, name: 'source'}
