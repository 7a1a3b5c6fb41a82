import type {Database, Transaction} from '#lib/db/database.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Door} from '#lib/intake/door.js'
import {type Position, start} from '#lib/intake/readers/line.js'
import type {RejectsFile} from '#lib/intake/rejects-file.js'
import {type BatchResult, batchResult} from './batch-result.js'
import type {CheckedLine, Reject} from './check-lines.js'
import {moveCheckpoint} from './checkpoint.js'

/** Lines of one file, one after the other. */
export interface Batch {
  readonly file: {readonly number: number; readonly name: string}
  readonly lines: readonly CheckedLine[]
}

/** Does with a batch what the push is for, and tells what became of each line. */
export type Commit = (batch: Batch) => Promise<BatchResult>

interface CommitParts {
  readonly database: Database
  readonly door: Door
  readonly runId: string
  /** Where each file is read to. */
  readonly positions: ReadonlyMap<number, Position>
  readonly rejects: RejectsFile | null
  /** Bytes of the rejects file that belong to what is committed. */
  readonly rejectsBytes: number
  /** Whether a line that the ledger refuses ends the push before it. */
  readonly stopsAtReject: boolean
  /** Whether lines that were there already are only counted: who reads the same again and again would fill the ledger with them. */
  readonly onlyCountsDuplicates?: boolean
  /** What else is written in the transaction of a batch. It is called again if PostgreSQL broke the transaction off. */
  readonly alongside?: (tx: Transaction, lines: readonly CheckedLine[], result: BatchResult) => Promise<void>
}

/**
 * Accepts batches, one at a time: messages, outbox, checkpoint, and the account
 * of the lines that became no message in one transaction. Rejected lines are in
 * their file before it commits; what the file holds beyond the last commit is
 * overwritten when the push goes on.
 */
export function openCommit(parts: CommitParts): Commit {
  const {database, door, runId, rejects, stopsAtReject, onlyCountsDuplicates = false, alongside} = parts
  const positions = new Map(parts.positions)
  let rejectsBytes = parts.rejectsBytes

  const commit = async (batch: Batch): Promise<BatchResult> => {
    const {file, lines} = batch
    const from = positions.get(file.number) ?? start
    const last = lines.at(-1)?.line
    const to = last === undefined ? from : {number: last.number, end: last.end}
    const admissible = lines.flatMap((line) => (line.kind === 'admissible' ? [line] : []))
    const entry = {
      ...door,
      pushed: {file: {runId, number: file.number}, lines: admissible.map(({line}) => line.number)},
    }
    let result = nothing
    let written = rejectsBytes
    await acceptDocuments(
      database,
      entry,
      admissible.map(({document}) => document),
      async (tx, verdicts) => {
        result = batchResult(file.name, lines, verdicts)
        const [refused] = result.rejects
        if (refused !== undefined && stopsAtReject) throw new StopBefore(refused)
        written = rejects === null ? rejectsBytes : await rejects.write(rejectsBytes, result.rejects)
        const noted = onlyCountsDuplicates ? {...result, duplicates: []} : result
        await moveCheckpoint(tx, {runId, file: file.number, from, to, rejectsBytes: written}, noted)
        await alongside?.(tx, lines, result)
      },
    )
    positions.set(file.number, to)
    rejectsBytes = written
    return result
  }

  return async (batch) => {
    try {
      return await commit(batch)
    } catch (error) {
      if (!(error instanceof StopBefore)) throw error
      const {reject} = error
      const good = batch.lines.filter(({line}) => line.number < reject.line)
      return {...(good.length === 0 ? nothing : await commit({...batch, lines: good})), stoppedBy: reject}
    }
  }
}

/** Asks the ledger what would become of batches, and takes everything back. */
export function openTrial(database: Database, door: Door): Commit {
  return async ({file, lines}) => {
    const documents = lines.flatMap((line) => (line.kind === 'admissible' ? [line.document] : []))
    let result = nothing
    try {
      await acceptDocuments(database, door, documents, async (_, verdicts) => {
        result = batchResult(file.name, lines, verdicts)
        throw new TakenBack()
      })
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error
    }
    return result
  }
}

/** Takes what the door lets in for accepted, and asks no ledger. */
export function openCheck(): Commit {
  return async ({file, lines}) =>
    batchResult(
      file.name,
      lines,
      lines.flatMap((line): readonly Verdict[] => (line.kind === 'admissible' ? [{kind: 'accepted', id: ''}] : [])),
    )
}

/** Rolls a batch back in which a line is refused. */
class StopBefore extends Error {
  constructor(readonly reject: Reject) {
    super(`line ${reject.line} is refused`)
  }
}

/** Rolls back what was only tried. */
class TakenBack extends Error {}

const nothing: BatchResult = batchResult('', [], [])
