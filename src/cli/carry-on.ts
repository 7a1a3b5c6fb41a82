import type {Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {type ReplayOutcome, replayOutcome} from '#lib/deadletters/operations/present-replay.js'
import type {resumeOperation} from '#lib/deadletters/operations/resume.js'
import type {ExitCode} from '#lib/kernel/exit-codes.js'
import type {Operator} from '#lib/ledger/trail.js'
import {operationError} from './operation-error.js'
import {followOperation, newLease, presentFollowed} from './run-operation.js'

/** An operation that somebody went on with, and what became of it. */
export interface CarriedOn {
  readonly operation: Operation
  /** Letters that had died and were sent once more. */
  readonly again: number
  readonly outcome: ReplayOutcome
}

/**
 * Goes on with an operation and follows it.
 *
 * @throws ErpSyncError 2 if there is none, 7 if another process is at it or it is over.
 */
export async function carryOn(
  work: {readonly config: Config; readonly database: Database; readonly operator: Operator},
  id: string,
  begin: typeof resumeOperation,
  {timeoutMs, say}: {readonly timeoutMs: number; readonly say: (line: string) => void},
): Promise<CarriedOn & {readonly text: string; readonly exitCode: ExitCode}> {
  const lease = newLease()
  const resumption = await begin(work.database, id, lease, work.operator)
  if (resumption.kind !== 'resumed') throw operationError(id, resumption)
  if (resumption.again > 0) say(`${resumption.again} that had died are sent again.`)
  const followed = await followOperation({...work, lease}, id, timeoutMs)
  const {operation, exitCode} = followed
  return {
    operation,
    again: resumption.again,
    outcome: replayOutcome(operation.counts),
    text: presentFollowed(followed),
    exitCode,
  }
}
