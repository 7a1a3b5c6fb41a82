import {loadConfig} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {type DestinationList as DestinationListResult, listDestinations} from '#lib/monitor/destinations.js'
import {presentDestinations} from '#lib/monitor/present-destinations.js'
import {BaseCommand} from '#cli/base-command.js'

export default class DestinationList extends BaseCommand {
  static override summary = 'Show whether the SAP systems are called, and how much.'

  static override description = `Per destination: whether deliveries go through, or why they wait; calls at once and their limit;
the next closed window. Per worker: its share of the slots. And the flows that are paused.`

  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<DestinationListResult> {
    const {flags} = await this.parse(DestinationList)
    const config = await loadConfig(flags.config, process.env)
    const now = systemClock.now()
    const list = await listDestinations(config, await this.ledger(config), now)
    this.log(presentDestinations(list, now))
    return list
  }
}
