import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import type {RunEnd} from '#lib/metering/run-end.js'

/** How something that was followed ended, for people. */
export function runEndText(
  end: RunEnd,
  {why, changedBy}: {readonly why: string | null; readonly changedBy: string},
): string {
  switch (end) {
    case 'finished':
      return 'Finished.'
    case 'stopped':
      return `Stopped: ${why ?? 'by a guard'}.`
    case 'paused':
      return `Paused by ${changedBy}: ${why ?? ''}.`
    case 'cancelled':
      return `Cancelled by ${changedBy}: ${why ?? ''}.`
    case 'interrupted':
      return 'Interrupted; what was on its way was waited for, and all is saved.'
    case 'overdue':
      return 'The wait is over.'
    case 'taken_over':
      return 'Another process has taken over.'
  }
}

/** The code that such an end has the command end with; the signal is that which came, if one did. */
export function runEndExitCode(
  end: RunEnd,
  {notDone, signal}: {readonly notDone: number; readonly signal: NodeJS.Signals | null},
): ExitCode {
  switch (end) {
    case 'finished':
      return notDone > 0 ? exitCodes.someFailed : exitCodes.ok
    case 'stopped':
      return exitCodes.stoppedByGuard
    case 'paused':
    case 'overdue':
      return exitCodes.pending
    case 'cancelled':
    case 'taken_over':
      return exitCodes.conflict
    case 'interrupted':
      return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted
  }
}
