import type {Database} from '#lib/db/database.js'
import {wait} from '#lib/kernel/wait.js'
import {countStatesOf} from '#lib/ledger/counts.js'
import type {Letter} from './letters.js'

/** How replayed letters stand: judged by what SAP said, not by what was sent. */
export interface ReplayOutcome {
  readonly resolved: number
  readonly diedAgain: number
  readonly pending: number
}

/** Waits until every replayed letter is resolved or dead again, the time is up, or the signal aborts. */
export async function followReplay(
  database: Database,
  letters: readonly Letter[],
  {
    timeoutMs,
    signal,
    onProgress,
  }: {
    readonly timeoutMs: number
    readonly signal: AbortSignal
    readonly onProgress: (outcome: ReplayOutcome) => void
  },
): Promise<ReplayOutcome> {
  const ids = letters.flatMap(({messageId}) => messageId ?? [])
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const outcome = await judge(database, ids)
    onProgress(outcome)
    if (outcome.pending === 0 || signal.aborted || performance.now() >= deadline) return outcome
    await wait(pollMs, signal)
  }
}

async function judge(database: Database, ids: readonly string[]): Promise<ReplayOutcome> {
  const states = await countStatesOf(database, ids)
  const diedAgain = states.get('dead') ?? 0
  const resolved = (states.get('synced') ?? 0) + (states.get('superseded') ?? 0) + (states.get('discarded') ?? 0)
  return {resolved, diedAgain, pending: ids.length - resolved - diedAgain}
}

const pollMs = 500
