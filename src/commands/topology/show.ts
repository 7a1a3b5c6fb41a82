import {loadConfig} from '#lib/config/load.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {presentTopology} from '#lib/topology/present-topology.js'
import type {Topology} from '#lib/topology/wanted.js'
import {BaseCommand} from '#cli/base-command.js'

export default class TopologyShow extends BaseCommand {
  static override summary = 'Show the exchanges, queues and bindings that the configuration asks for.'

  static override description = 'Listed in the order in which they are declared. RabbitMQ is not asked.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<Topology> {
    const {flags} = await this.parse(TopologyShow)
    const topology = configuredTopology(await loadConfig(flags.config, process.env))
    this.log(presentTopology(topology))
    return topology
  }
}
