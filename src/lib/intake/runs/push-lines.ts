import {wait} from '#lib/kernel/wait.js'
import type {Line} from '#lib/intake/readers/line.js'
import {addCounts, type BatchResult, noCounts} from './batch-result.js'
import {type CheckedLine, checkLines, type Reject} from './check-lines.js'
import type {Checker} from './checker.js'
import type {Batch, Commit} from './commit.js'
import {breachedLimit, type FailureLimit} from './failure-limit.js'
import type {PushCounts} from './push-run.js'

/** One file, or whatever else gives lines. */
export interface LineSource {
  readonly file: Batch['file']
  readonly read: () => AsyncIterable<Line>
  /** Called once all of it is committed. */
  readonly done: () => Promise<void>
  /** Whether its rejects count for no limit: they are known, and must not keep what is new from being read. */
  readonly isSpared?: boolean
}

export interface PushOptions {
  readonly limit: FailureLimit | null
  /** Lines a second; null for as many as can be. */
  readonly ratePerS: number | null
  readonly signal: AbortSignal
  /** Hears the counts after every batch. */
  readonly onProgress: (counts: PushCounts) => void
  readonly onReject: (reject: Reject) => void
}

/**
 * How the pushing ended:
 *
 * - `all_read`: nothing is left
 * - `aborted`: the signal came; what was committed until then stays, and the same push goes on behind it
 * - `breached`: too many lines were rejected
 * - `stopped`: a line was to end it, and nothing of it and behind it is committed
 */
export type PushEnd =
  | {readonly kind: 'all_read' | 'aborted'; readonly counts: PushCounts}
  | {readonly kind: 'breached' | 'stopped'; readonly counts: PushCounts; readonly why: string}

/**
 * Pushes lines through the door of a flow: whole batches are committed, in
 * their order, bad lines are reported one by one and hold up nobody. Batches are
 * checked while the one before them is committed.
 */
export async function pushLines(
  {checker, commit}: {readonly checker: Checker; readonly commit: Commit},
  sources: readonly LineSource[],
  options: PushOptions,
): Promise<PushEnd> {
  const {signal, limit, ratePerS, onProgress, onReject} = options
  const beganAt = performance.now()
  let counts = noCounts
  let judged = noCounts
  let isSpared = false
  let handed = 0
  let underWay: Promise<BatchResult> | undefined

  /** Waits for the batch under way; why the push has to end, if it has. */
  const settle = async (isAllRead: boolean): Promise<PushEnd | undefined> => {
    const result = await underWay
    underWay = undefined
    if (result !== undefined) {
      counts = addCounts(counts, result.counts)
      if (!isSpared) judged = addCounts(judged, result.counts)
      for (const reject of [...result.rejects, ...(result.stoppedBy === undefined ? [] : [result.stoppedBy])])
        onReject(reject)
      onProgress(counts)
      if (result.stoppedBy !== undefined) {
        const {file, line} = result.stoppedBy
        return {kind: 'stopped', counts, why: `${file}, line ${line} was refused`}
      }
    }
    const why = limit === null ? undefined : breachedLimit(judged, limit, {isAllRead})
    return why === undefined ? undefined : {kind: 'breached', counts, why}
  }

  try {
    for (const source of sources) {
      isSpared = source.isSpared === true
      for await (const lines of checkedBatches(checker, source.read(), batchSizeAt(ratePerS))) {
        const end = await settle(false)
        if (end !== undefined) return end
        underWay = hush(commit({file: source.file, lines}))
        handed += lines.length
        if (ratePerS !== null) await wait(beganAt + (handed / ratePerS) * 1000 - performance.now(), signal)
        if (signal.aborted) break
      }
      const end = await settle(false)
      if (end !== undefined) return end
      if (signal.aborted) return {kind: 'aborted', counts}
      await source.done()
    }
    return (await settle(true)) ?? {kind: 'all_read', counts}
  } finally {
    // Nobody closes the ledger under a commit.
    await underWay?.catch(() => {})
  }
}

/** Its failure is met where its result is waited for. */
function hush<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {})
  return promise
}

/** Has as many batches checked at once as the checker bears, and gives them in their order. */
async function* checkedBatches(
  checker: Checker,
  lines: AsyncIterable<Line>,
  size: number,
): AsyncGenerator<readonly CheckedLine[]> {
  const underWay: Promise<readonly CheckedLine[]>[] = []
  for await (const batch of inBatches(lines, size)) {
    underWay.push(hush(checkLines(checker, batch)))
    if (underWay.length < checker.width) continue
    const first = await underWay.shift()
    if (first !== undefined) yield first
  }
  for (const batch of underWay) yield await batch
}

async function* inBatches(lines: AsyncIterable<Line>, size: number): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = []
  let length = 0
  for await (const line of lines) {
    batch.push(line)
    length += line.text.length
    if (batch.length < size && length < longestBatch) continue
    yield batch
    batch = []
    length = 0
  }
  if (batch.length > 0) yield batch
}

/** With a rate, several batches a second. */
export function batchSizeAt(ratePerS: number | null): number {
  return ratePerS === null ? batchSize : Math.min(batchSize, Math.max(1, Math.ceil(ratePerS / 5)))
}

const batchSize = 300
/** Characters: large documents must not fill the memory by their number. */
const longestBatch = 1024 * 1024
