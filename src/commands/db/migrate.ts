import {loadConfig} from '#lib/config/load.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {BaseCommand} from '#cli/base-command.js'

interface DbMigrateResult {
  readonly database: string
  readonly applied: readonly string[]
}

export default class DbMigrate extends BaseCommand {
  static override summary = 'Bring the PostgreSQL schema up to this release.'

  static override description = `Migrations are numbered and go forward only. Several hosts may try at once: one does the
work, the others wait. A database of a newer release is refused.`

  static override examples = ['<%= config.bin %> <%= command.id %> --config erpsync.yaml']

  async run(): Promise<DbMigrateResult> {
    const {flags} = await this.parse(DbMigrate)
    const database = this.database(await loadConfig(flags.config, process.env))
    const applied = await migrateDatabase(database)
    this.log(applied.length === 0 ? 'Nothing to do.' : applied.map((name) => `Applied ${name}.`).join('\n'))
    return {database: database.address, applied}
  }
}
