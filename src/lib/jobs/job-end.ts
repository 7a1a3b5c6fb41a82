import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {JobEnd} from './job-run.js'

/** What the work of a run has to tell. */
export type JobFacts = Partial<Pick<JobEnd, 'runId' | 'counts' | 'why'>>

export interface CommandEnd {
  readonly exitCode: number
  /** What the command threw, if it did. */
  readonly error: unknown
  /** Whether it ended because its time was up. */
  readonly isTimedOut: boolean
}

/** How a run of a job ended, by how its command did. */
export function jobEnd({exitCode, error, isTimedOut}: CommandEnd, {runId, counts, why}: JobFacts): JobEnd {
  const outcome = outcomeOf(exitCode, isTimedOut)
  return {
    outcome,
    exitCode,
    runId: runId ?? null,
    counts: counts ?? null,
    why: whyOf(outcome, {exitCode, error}, why ?? null),
  }
}

function outcomeOf(exitCode: number, isTimedOut: boolean): JobEnd['outcome'] {
  if (exitCode === exitCodes.ok) return 'succeeded'
  if (isTimedOut && exitCode === exitCodes.pending) return 'timed_out'
  return exitCode === exitCodes.interrupted || exitCode === exitCodes.terminated ? 'stopped' : 'failed'
}

function whyOf(
  outcome: JobEnd['outcome'],
  {exitCode, error}: Pick<CommandEnd, 'exitCode' | 'error'>,
  told: string | null,
): string | null {
  switch (outcome) {
    case 'succeeded':
      return null
    case 'timed_out':
      return 'its time limit was reached'
    case 'stopped':
      return exitCode === exitCodes.interrupted ? 'SIGINT' : 'SIGTERM'
    case 'failed':
    case 'locked_out':
      if (error !== undefined) return errorWhy(error)
      return told ?? `it ended with ${exitCode}`
  }
}

/** What is not meant for people may hold parts of a document. */
function errorWhy(error: unknown): string {
  return error instanceof ErpSyncError ? error.message : `a bug (${errorCode(error) ?? 'without a code'})`
}
