import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {presentRuns} from '#lib/resync/run/present-run.js'
import {listRuns, type ResyncRun, runStates} from '#lib/resync/run/resync-run.js'
import {BaseCommand} from '#cli/base-command.js'

export default class ResyncList extends BaseCommand {
  static override summary = 'List resyncs, newest first.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'What needs somebody:',
      command: '<%= config.bin %> <%= command.id %> --state stopped --state paused',
    },
  ]

  static override flags = {
    state: Flags.option({options: runStates, summary: 'only resyncs in this state; may be repeated', multiple: true})(),
    limit: Flags.integer({summary: 'resyncs at most', default: 50, min: 1, max: 10_000}),
  }

  async run(): Promise<{readonly runs: readonly ResyncRun[]}> {
    const {flags} = await this.parse(ResyncList)
    const config = await loadConfig(flags.config, process.env)
    const runs = await listRuns(await this.ledger(config), {states: flags.state ?? runStates, limit: flags.limit})
    this.log(presentRuns(runs, systemClock.now()))
    return {runs}
  }
}
