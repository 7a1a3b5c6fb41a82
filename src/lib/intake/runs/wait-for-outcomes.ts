import type {Database} from '#lib/db/database.js'
import {wait} from '#lib/kernel/wait.js'
import {countOutcomes, type RunOutcomes} from './outcomes.js'

/**
 * Waits until every message of a run is over or dead.
 *
 * @returns how they stand at last; some are still pending if the time was up or the signal came.
 */
export async function waitForOutcomes(
  database: Database,
  id: string,
  {
    timeoutMs,
    signal,
    onProgress,
  }: {
    readonly timeoutMs: number
    readonly signal: AbortSignal
    readonly onProgress: (outcomes: RunOutcomes) => void
  },
): Promise<RunOutcomes> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const askedAt = performance.now()
    const outcomes = await countOutcomes(database, id)
    onProgress(outcomes)
    const now = performance.now()
    if (outcomes.pending === 0 || signal.aborted || now >= deadline) return outcomes
    // Counting a million messages takes its time, and PostgreSQL has other work to do.
    await wait(Math.min(Math.max(shortestMs, (now - askedAt) * 10), deadline - now), signal)
  }
}

const shortestMs = 250
