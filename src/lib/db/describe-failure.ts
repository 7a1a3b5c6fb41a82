import {ErpSyncError, errorCode, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/** A server, as people know it. */
export interface Server {
  /** Its address, password masked. */
  readonly address: string
  /** The setting that holds it. */
  readonly setting: string
}

/** The setting of the ledger's address. */
export const ledgerSetting = 'postgres.url'

/** What a person can mend is told to them; anything else is thrown as it came. */
export function describeFailure({address, setting}: Server, error: unknown): unknown {
  const code = errorCode(error) ?? ''
  if (refusedLogins.has(code)) {
    return new ErpSyncError(`PostgreSQL at ${address} refuses the login: ${errorMessage(error)}`, {
      code: 'postgres_access_refused',
      exitCode: exitCodes.credentials,
      hint: `Check the user and password in ${setting}, percent-encoded there, and pg_hba.conf of the server.`,
      cause: error,
    })
  }
  if (code === noSuchDatabase) {
    return new ErpSyncError(`PostgreSQL at ${address} has no such database: ${errorMessage(error)}`, {
      code: 'postgres_database_missing',
      exitCode: exitCodes.configuration,
      hint:
        setting === ledgerSetting
          ? `Check the name at the end of ${setting}, or create the database, then type: erpsync db migrate`
          : `Check the name at the end of ${setting}.`,
      cause: error,
    })
  }
  if (!isConnectionLoss(error)) return error
  return new ErpSyncError(`PostgreSQL at ${address} cannot be reached: ${errorMessage(error)}`, {
    code: 'postgres_unreachable',
    exitCode: exitCodes.unreachable,
    hint:
      setting === ledgerSetting
        ? `Check the address (${setting}) and that the server runs; erpsync sandbox up starts a private one.`
        : `Check the address (${setting}) and that the server runs.`,
    cause: error,
  })
}

/** SQLSTATE classes 08 (connection) and 57P (shutdown, start-up), 25P03 (idle for too long), and every socket error. */
function isConnectionLoss(error: unknown): boolean {
  const code = errorCode(error)
  // The driver gives no code to what it says itself of a lost, or not to be had, connection.
  if (code === undefined) return error instanceof Error && driversLosses.test(error.message)
  return code.startsWith('08') || code.startsWith('57P') || code === '25P03' || /^E[A-Z]+$/.test(code)
}

/** Unknown user, host or method; wrong password. */
const refusedLogins: ReadonlySet<string> = new Set(['28000', '28P01'])
const noSuchDatabase = '3D000'
const driversLosses =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client .* is not queryable)/
