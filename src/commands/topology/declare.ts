import {loadConfig, requireSecrets} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {declareTopology, type DeclareResult} from '#lib/topology/declare.js'
import {presentDeclared} from '#lib/topology/present-declared.js'
import {BaseCommand} from '#cli/base-command.js'

export default class TopologyDeclare extends BaseCommand {
  static override summary = 'Declare the exchanges and queues of all flows in RabbitMQ.'

  static override description = `Doing it again changes nothing. What stands differently is left as it is,
and the command ends with exit code 6.`

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<DeclareResult> {
    const {flags} = await this.parse(TopologyDeclare)
    const config = await loadConfig(flags.config, process.env)
    requireSecrets(config, 'rabbitmq.urls')
    const result = await declareTopology(config.rabbitmq.urls, configuredTopology(config))
    this.log(presentDeclared(result))
    if (result.different.length > 0) this.exitWith(exitCodes.different)
    return result
  }
}
