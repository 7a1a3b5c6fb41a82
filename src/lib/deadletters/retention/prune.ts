import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {pruneHistory} from './prune-history.js'
import {pruneJobRuns} from './prune-job-runs.js'
import {pruneLetters} from './prune-letters.js'
import {pruneMessages} from './prune-messages.js'
import {pruneOperations, prunePushRuns, pruneResyncs} from './prune-operations.js'
import type {Cutoffs, PruneCounts, PruneStep} from './step.js'

/** How long what is over is kept; null for ever. */
export interface Retention {
  readonly historyMs: number
  readonly messagesMs: number | null
}

/** What retention would remove, and before when it must have ended: the same however long somebody thinks about it. */
export interface PrunePlan {
  readonly cutoffs: Cutoffs
  readonly counts: PruneCounts
}

/** Counts what there is to remove. Changes nothing. */
export async function planPrune(database: Database, {historyMs, messagesMs}: Retention): Promise<PrunePlan> {
  const {rows} = await database.query<{history: Date; messages: Date | null}>(
    `select now() - $1 * interval '1 millisecond' as history, now() - $2::float8 * interval '1 millisecond' as messages`,
    [historyMs, messagesMs],
  )
  const [cutoffs] = rows
  if (cutoffs === undefined) throw new Error('PostgreSQL gave no time')
  let counts = none
  for (const step of steps) counts = add(counts, await step.count(database, cutoffs))
  return {cutoffs, counts}
}

/**
 * Removes what retention allows: some rows at a time, each batch in a
 * transaction of its own, until the signal comes. Two entries on the trail say
 * what was begun, and what was removed; the trail itself stays.
 */
export async function prune(
  database: Database,
  {cutoffs, counts}: PrunePlan,
  operator: Operator,
  {signal, onProgress}: {readonly signal: AbortSignal; readonly onProgress: (removed: PruneCounts) => void},
): Promise<PruneCounts> {
  let removed = none
  await recordAction(database, operator, {action: 'db.prune', before: {...cutoffs, counts}})
  try {
    for (const step of steps) {
      let from: string | null = null
      do {
        if (signal.aborted) break
        const batch: Awaited<ReturnType<PruneStep['removeBatch']>> = await removeBatch(database, step, cutoffs, from)
        removed = add(removed, batch.removed)
        from = batch.next
        onProgress(removed)
      } while (from !== null)
    }
  } finally {
    await recordAction(database, operator, {action: 'db.pruned', before: {...cutoffs, counts}, after: {...removed}})
  }
  return removed
}

async function removeBatch(database: Database, step: PruneStep, cutoffs: Cutoffs, from: string | null) {
  return againIfBrokenOff(async () => database.transaction(async (tx) => step.removeBatch(tx, cutoffs, from)))
}

function add(sum: PruneCounts, more: Partial<PruneCounts>): PruneCounts {
  return {
    letters: sum.letters + (more.letters ?? 0),
    attempts: sum.attempts + (more.attempts ?? 0),
    copies: sum.copies + (more.copies ?? 0),
    operations: sum.operations + (more.operations ?? 0),
    messages: sum.messages + (more.messages ?? 0),
  }
}

const none: PruneCounts = {letters: 0, attempts: 0, copies: 0, operations: 0, messages: 0}

/** Letters first: what is discarded can be restored until its letter is gone, and keeps its attempts until then. */
const steps: readonly PruneStep[] = [
  pruneLetters,
  pruneHistory,
  pruneOperations,
  pruneResyncs,
  prunePushRuns,
  pruneJobRuns,
  pruneMessages,
]
