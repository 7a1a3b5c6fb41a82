import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {RunOutcomes} from '#lib/intake/runs/outcomes.js'
import type {PushEnd} from '#lib/intake/runs/push-lines.js'
import {stopCode} from './stop-on-signal.js'

/** How a push ends the command: what stopped it first, then lines, then messages. */
export function pushExitCode(
  {kind, counts: {read, rejected}}: PushEnd,
  outcome: RunOutcomes | null,
  signal: AbortSignal,
): number {
  if (kind === 'breached' || kind === 'stopped') return exitCodes.stoppedByGuard
  if (rejected > 0 && rejected === read) return exitCodes.badInput
  if (rejected > 0 || (outcome !== null && outcome.dead > 0)) return exitCodes.someFailed
  return stopCode(signal) ?? (outcome !== null && outcome.pending > 0 ? exitCodes.pending : exitCodes.ok)
}
