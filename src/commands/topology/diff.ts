import {Flags} from '@oclif/core'
import {loadConfig, requireSecrets} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {compareTopology, type ComparisonResult} from '#lib/topology/compare.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {presentComparison} from '#lib/topology/present-comparison.js'
import {BaseCommand} from '#cli/base-command.js'

export default class TopologyDiff extends BaseCommand {
  static override summary = 'Compare the topology in RabbitMQ with the one the configuration asks for.'

  static override description = `Nothing is changed. Without the management API (rabbitmq.managementUrl)
only the existence of exchanges and queues can be compared; the result says so.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {command: '<%= config.bin %> <%= command.id %> --exit-code --json', description: 'In a script:'},
  ]

  static override flags = {
    'exit-code': Flags.boolean({summary: 'end with 6 if there are differences', env: 'ERPSYNC_EXIT_CODE'}),
  }

  async run(): Promise<ComparisonResult> {
    const {flags} = await this.parse(TopologyDiff)
    const config = await loadConfig(flags.config, process.env)
    requireSecrets(config, 'rabbitmq.urls')
    const result = await compareTopology(config.rabbitmq, configuredTopology(config))
    this.log(presentComparison(result))
    if (flags['exit-code'] && result.differences.length > 0) this.exitWith(exitCodes.different)
    return result
  }
}
