import type {ExitCode} from './exit-codes.js'

interface ErpSyncErrorFields {
  /** Stable and machine-readable, e.g. `postgres_unreachable`. */
  readonly code: string
  readonly exitCode: ExitCode
  /** What the person should type or look at next. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * An error whose reader is a person: the message says what is and where, the
 * hint says what to type next. Anything else that is thrown is a bug.
 */
export class ErpSyncError extends Error {
  override readonly name = 'ErpSyncError'
  readonly code: string
  readonly exitCode: ExitCode
  readonly hint: string | undefined

  constructor(message: string, {code, exitCode, hint, cause}: ErpSyncErrorFields) {
    super(message, {cause})
    this.code = code
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** The text of anything that was thrown, for a log line or an error message. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(errorMessage).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of a system, driver or library error (`ECONNREFUSED`, `23505`), looked for along the causes. */
export function errorCode(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0])
  }
  return undefined
}
