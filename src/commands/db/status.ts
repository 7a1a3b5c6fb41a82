import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {type SchemaStatus, schemaStatus} from '#lib/db/migrate.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {renderTable} from '#lib/output/table.js'
import {BaseCommand} from '#cli/base-command.js'

export default class DbStatus extends BaseCommand {
  static override summary = 'Show which migrations are applied and which are missing.'

  static override examples = ['<%= config.bin %> <%= command.id %> --exit-code']

  static override flags = {
    'exit-code': Flags.boolean({summary: 'exit 6 if the schema is not that of this release'}),
  }

  async run(): Promise<SchemaStatus> {
    const {flags} = await this.parse(DbStatus)
    const status = await schemaStatus(this.database(await loadConfig(flags.config, process.env)))
    this.log(
      renderTable(
        ['migration', 'applied'],
        [
          ...status.applied.map(({name, appliedAt}) => [name, appliedAt.toISOString()]),
          ...status.pending.map((name) => [name, 'missing; type: erpsync db migrate']),
        ],
      ),
    )
    if (flags['exit-code'] && status.current !== status.latest) this.exitWith(exitCodes.different)
    return status
  }
}
