import type {Readable} from 'node:stream'
import type {Database} from '#lib/db/database.js'
import {acceptDocuments, type Verdict} from './accept.js'
import type {Admissible, Door, Problem, Refused} from './door.js'
import {type Line, readNdjson} from './read-ndjson.js'

/** A line that was not accepted, and why. */
export interface Reject {
  readonly line: number
  readonly problems: readonly Problem[]
  /** The line as it came. */
  readonly text: string
}

/** Counts so far; at the end, the account of the whole push. */
export interface PushCounts {
  readonly read: number
  /** Committed; under `dryRun`, what passed all checks that need no database. */
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
}

export interface PushOptions {
  /** Checks everything and writes nothing. */
  readonly dryRun: boolean
  /** Hears the counts after every batch. */
  readonly onProgress: (counts: PushCounts) => void
  /** Hears of every rejected line, in order; reading waits for it. */
  readonly onReject: (reject: Reject) => Promise<void> | void
  /** Ends the push after the batch under way; what was read so far is the last one. */
  readonly signal?: AbortSignal
}

/**
 * Pushes a stream of NDJSON documents through the door of a flow: whole batches
 * are committed, bad lines are reported one by one and hold up nobody.
 */
export async function pushStream(
  {database, door}: {readonly database: Database | null; readonly door: Door},
  input: Readable,
  {dryRun, onProgress, onReject, signal}: PushOptions,
): Promise<PushCounts> {
  let counts: PushCounts = {read: 0, accepted: 0, duplicate: 0, rejected: 0}

  for await (const lines of inBatches(readUntil(input, signal), batchSize)) {
    const results = await pushBatch(dryRun ? null : database, door, lines)
    for (const {line, problems} of results.rejects) await onReject({line: line.number, problems, text: line.text})
    counts = {
      read: counts.read + lines.length,
      accepted: counts.accepted + results.accepted,
      duplicate: counts.duplicate + results.duplicate,
      rejected: counts.rejected + results.rejects.length,
    }
    onProgress(counts)
    if (signal?.aborted) break
  }
  return counts
}

/** The lines until the input ends or the signal comes, which may be while nothing arrives on a pipe or a terminal. */
async function* readUntil(input: Readable, signal: AbortSignal | undefined): AsyncGenerator<Line> {
  const letGo = (): void => void input.destroy()
  signal?.addEventListener('abort', letGo, {once: true})
  try {
    yield* readNdjson(input)
  } catch (error) {
    if (signal?.aborted !== true) throw error
  } finally {
    signal?.removeEventListener('abort', letGo)
  }
}

interface CheckedLine {
  readonly line: Line
  readonly check: Admissible | Refused
}

interface BatchResult {
  readonly accepted: number
  readonly duplicate: number
  readonly rejects: readonly {readonly line: Line; readonly problems: readonly Problem[]}[]
}

async function pushBatch(database: Database | null, door: Door, lines: readonly Line[]): Promise<BatchResult> {
  // One after the other: mappings run on the event loop, each within a time limit of its own.
  const checked: CheckedLine[] = []
  for (const line of lines) checked.push({line, check: await checkLine(door, line)})
  const admissible = checked.flatMap(({line, check}) => (check.kind === 'admissible' ? [{line, check}] : []))
  const documents = admissible.map(({check}) => check)
  const verdicts = database ? await acceptDocuments(database, door, documents) : documents.map(wouldAccept)

  const refusedAtDoor = checked.flatMap(({line, check}) =>
    check.kind === 'refused' ? [{line, problems: check.problems}] : [],
  )
  const refusedByLedger = admissible.flatMap(({line}, index) => {
    const verdict = verdicts[index]
    return verdict?.kind === 'refused' ? [{line, problems: verdict.problems}] : []
  })
  return {
    accepted: verdicts.filter(({kind}) => kind === 'accepted').length,
    duplicate: verdicts.filter(({kind}) => kind === 'duplicate').length,
    rejects: [...refusedAtDoor, ...refusedByLedger].toSorted((a, b) => a.line.number - b.line.number),
  }
}

async function checkLine(door: Door, line: Line): Promise<Admissible | Refused> {
  if ('problem' in line) return {kind: 'refused', problems: [{field: '', message: line.problem}]}
  return door.check(line.document)
}

function wouldAccept(): Verdict {
  return {kind: 'accepted', id: ''}
}

async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const batchSize = 500
