import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {installInbox} from '#lib/intake/inbox/install.js'
import {installScript, inboxVersion} from '#lib/intake/inbox/table-sql.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {withAddress, withInbox} from '#cli/with-inbox.js'

interface IntakeInstallResult {
  /** Where the table is, password masked; null with --print. */
  readonly address: string | null
  /** Version of the table that was there; null if there was none, or with --print. */
  readonly before: number | null
  readonly version: number
  /** The SQL; null without --print. */
  readonly sql: string | null
}

export default class IntakeInstall extends BaseCommand {
  static override summary = "Make the table erpsync_inbox in another system's PostgreSQL."

  static override description = `The application inserts (flow, document) in its own transactions; "erpsync intake start" takes the
rows once they are committed. May be repeated: a table that is up to date is not touched, an older one is brought up to date.

Exit codes: 0 done, 7 another table has the name, 69 not reachable, 75 the table is locked, 77 the role must not make it.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> shop --grant-insert shop_app',
    {
      description: 'By address, taken from by a role of its own:',
      command:
        '<%= config.bin %> <%= command.id %> --database postgres://owner:secret@shop-db/shop --grant-insert shop_app --grant-take erpsync',
    },
    {
      description: 'Have a DBA do it:',
      command: '<%= config.bin %> <%= command.id %> --print --grant-insert shop_app --grant-take erpsync > inbox.sql',
    },
  ]

  static override args = {inbox: Args.string({description: 'inbox of the configuration', ignoreStdin: true})}

  static override flags = {
    database: Flags.string({
      summary: 'address of the database, in place of an inbox of the configuration',
      helpValue: '<url>',
    }),
    'grant-insert': Flags.string({summary: 'role that may insert: the application', helpValue: '<role>'}),
    'grant-take': Flags.string({
      summary: 'role that may take: the one in the address of the inbox, if it does not own the table',
      helpValue: '<role>',
    }),
    print: Flags.boolean({summary: 'print the SQL, and connect to nothing'}),
  }

  async run(): Promise<IntakeInstallResult> {
    const {args, flags} = await this.parse(IntakeInstall)
    const grants = {insert: flags['grant-insert'] ?? null, take: flags['grant-take'] ?? null}
    if (flags.print) {
      const sql = installScript(grants)
      this.log(sql.trimEnd())
      return {address: null, before: null, version: inboxVersion, sql}
    }
    return this.#on(args.inbox, flags, async (inbox) => {
      const {before, now} = await installInbox(inbox, grants)
      const standing = before === now ? 'is up to date' : 'is ready'
      this.log(`The inbox at ${inbox.address} ${standing} (version ${now}).`)
      return {address: inbox.address, before, version: now, sql: null}
    })
  }

  async #on(
    name: string | undefined,
    {database, config}: {readonly database: string | undefined; readonly config: string},
    install: (inbox: Database) => Promise<IntakeInstallResult>,
  ): Promise<IntakeInstallResult> {
    if (name !== undefined && database === undefined)
      return withInbox(await loadConfig(config, process.env), name, install)
    if (name === undefined && database !== undefined) return withAddress(database, {setting: '--database'}, install)
    throw new ErpSyncError('Name an inbox of the configuration, or a database by --database; one of them.', {
      code: 'inbox_not_named',
      exitCode: exitCodes.usage,
      hint: 'For instance: erpsync intake install shop',
    })
  }
}
