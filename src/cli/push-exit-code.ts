import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {RunOutcomes} from '#lib/intake/runs/outcomes.js'
import type {PushEnd} from '#lib/intake/runs/push-lines.js'
import type {PushCounts} from '#lib/intake/runs/push-run.js'
import {stopCode} from './stop-on-signal.js'

/** How a push ends the command: what ended it early first, then its lines, then their messages. */
export function pushExitCode(
  {kind}: Pick<PushEnd, 'kind'>,
  {read, rejected}: PushCounts,
  outcome: RunOutcomes | null,
  {signal, isFromSource}: {readonly signal: AbortSignal; readonly isFromSource: boolean},
): number {
  const stopped = stopCode(signal)
  if (stopped !== undefined) return stopped
  if (kind === 'breached' || kind === 'stopped') return exitCodes.stoppedByGuard
  // Nobody has named a file that is all bad: what a source has refused before is all that a quiet minute reads.
  if (rejected > 0 && rejected === read && !isFromSource) return exitCodes.badInput
  if (rejected > 0 || (outcome !== null && outcome.dead > 0)) return exitCodes.someFailed
  return outcome !== null && outcome.pending > 0 ? exitCodes.pending : exitCodes.ok
}
