import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {presentRuns} from '#lib/intake/runs/present-run.js'
import {listRuns, type PushRun} from '#lib/intake/runs/push-run.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'

export default class PushList extends BaseCommand {
  static override summary = 'List push runs, newest first.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --flow sales-order',
  ]

  static override flags = {
    flow: Flags.string({summary: 'only runs of this flow'}),
    limit: Flags.integer({summary: 'runs at most', default: 50, min: 1, max: 10_000}),
  }

  async run(): Promise<{readonly runs: readonly PushRun[]}> {
    const {flags} = await this.parse(PushList)
    const config = await loadConfig(flags.config, process.env)
    const runs = await listRuns(await this.ledger(config), {flow: flags.flow ?? null, limit: flags.limit})
    this.log(presentRuns(runs, systemClock.now()))
    return {runs}
  }
}
