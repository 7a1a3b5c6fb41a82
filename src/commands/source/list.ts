import {allFlows, loadConfig} from '#lib/config/load.js'
import {presentSources} from '#lib/intake/sources/present-sources.js'
import {type SourceStanding, sourceStandings} from '#lib/intake/sources/standing.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'

export default class SourceList extends BaseCommand {
  static override summary = 'List how far the sources of the flows are read, and how many rows are refused.'

  static override description = 'Asks the ledger, and no source.'

  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<readonly SourceStanding[]> {
    const {flags} = await this.parse(SourceList)
    const config = await loadConfig(flags.config, process.env)
    const flows = allFlows(config).flatMap(({name, source}) => (source === undefined ? [] : [name]))
    const sources = await sourceStandings(await this.ledger(config), flows)
    this.log(presentSources(sources, systemClock.now()))
    return sources
  }
}
