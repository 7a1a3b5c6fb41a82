import type {Database, Queryable} from '#lib/db/database.js'
import {ErpSyncError, errorCode, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type Grants, grantsSql, inboxVersion, tableSql, versionOf} from './table-sql.js'

/** The table of an inbox as it was found: its version, null if there is none. */
export interface Installed {
  readonly before: number | null
  readonly now: number
}

/**
 * Makes the table of an inbox in the database of another system, or brings it up
 * to this release. A table that is up to date is not touched, so that nobody
 * waits for it; rights are given each time.
 *
 * @throws ErpSyncError 7 if another table has the name, 75 if somebody keeps the table locked, 77 without the rights.
 */
export async function installInbox(inbox: Database, grants: Grants): Promise<Installed> {
  try {
    return await inbox.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('erpsync.inbox.install', 0))`)
      // Whoever waits for the table has all behind it wait that want to write to it.
      await tx.query(`set local lock_timeout = '${lockTimeoutMs}ms'`)
      const before = await readVersion(tx)
      if (before === null || before < inboxVersion) await tx.query(tableSql())
      const rights = grantsSql(grants)
      if (rights !== '') await tx.query(rights)
      return {before, now: inboxVersion}
    })
  } catch (error) {
    throw explained(error)
  }
}

/**
 * The version of the table; null if there is none.
 *
 * @throws ErpSyncError 7 if another table has the name, 78 if the table belongs to a newer release.
 */
export async function readVersion(inbox: Queryable): Promise<number | null> {
  const {rows} = await inbox.query<{is_there: boolean; comment: string | null}>(
    `select relation is not null as is_there, obj_description(relation, 'pg_class') as comment
       from to_regclass('public.erpsync_inbox') relation`,
  )
  if (rows[0]?.is_there !== true) return null
  const version = versionOf(rows[0].comment)
  if (version === undefined) {
    throw new ErpSyncError(
      'There is a table public.erpsync_inbox that is none of erpsync, or its comment was changed.',
      {
        code: 'inbox_foreign',
        exitCode: exitCodes.conflict,
        hint: 'Rename it; or, if it is an inbox, give it back its comment: erpsync intake install --print shows it.',
      },
    )
  }
  if (version <= inboxVersion) return version
  throw new ErpSyncError(`The inbox is of version ${version}, this release knows only ${inboxVersion}.`, {
    code: 'inbox_newer',
    exitCode: exitCodes.configuration,
    hint: 'Install the release that made it; a table never goes back.',
  })
}

/**
 * Refuses to take from a table of another release.
 *
 * @throws ErpSyncError 78 that says which command makes the table, or brings it up to date.
 */
export async function requireInstalled(inbox: Queryable, name: string): Promise<void> {
  const version = await readVersion(inbox)
  if (version === inboxVersion) return
  throw new ErpSyncError(
    version === null
      ? `The database of the inbox "${name}" has no table erpsync_inbox.`
      : `The inbox "${name}" is of version ${version}, this release needs ${inboxVersion}.`,
    {code: 'inbox_not_installed', exitCode: exitCodes.configuration, hint: `Type: erpsync intake install ${name}`},
  )
}

function explained(error: unknown): unknown {
  switch (errorCode(error)) {
    case '42501':
      return new ErpSyncError(`The role of this address must not make the inbox: ${errorMessage(error)}`, {
        code: 'inbox_rights_missing',
        exitCode: exitCodes.credentials,
        hint: 'Have somebody run it who may: erpsync intake install --print shows the SQL.',
        cause: error,
      })
    case '42704':
      return new ErpSyncError(`Rights cannot be given: ${errorMessage(error)}.`, {
        code: 'unknown_role',
        exitCode: exitCodes.usage,
        hint: 'Name a role of that database with --grant-insert and --grant-take; \\du of psql lists them.',
        cause: error,
      })
    case '55P03':
      return new ErpSyncError('Another session keeps the table erpsync_inbox locked.', {
        code: 'inbox_locked',
        exitCode: exitCodes.locked,
        hint: 'Nothing was changed. Try again when it is done.',
        cause: error,
      })
    case undefined:
    default:
      return error
  }
}

const lockTimeoutMs = 5000
