/** The one table of exit codes, for all commands (docs/exit-codes.md). */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  someFailed: 3,
  stoppedByGuard: 4,
  nothingMatched: 5,
  different: 6,
  conflict: 7,
  pending: 8,
  declined: 9,
  badInput: 65,
  missingInput: 66,
  unreachable: 69,
  locked: 75,
  credentials: 77,
  configuration: 78,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
