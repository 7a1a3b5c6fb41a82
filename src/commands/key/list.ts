import {Flags} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type HeldKey, listHeldKeys} from '#lib/ledger/held-keys.js'
import {presentHeldKeys} from '#lib/monitor/present-keys.js'
import {BaseCommand} from '#cli/base-command.js'

export default class KeyList extends BaseCommand {
  static override summary = 'List business keys whose messages are held back, and what holds them.'

  static override examples = ['<%= config.bin %> <%= command.id %> --flow sales-order']

  static override flags = {
    flow: Flags.string({summary: 'only keys of this flow', env: 'ERPSYNC_FLOW'}),
    limit: Flags.integer({summary: 'keys at most', default: 100, min: 1, max: 10_000}),
    'fail-on-empty': Flags.boolean({summary: 'exit 5 if there are none'}),
  }

  async run(): Promise<readonly HeldKey[]> {
    const {flags} = await this.parse(KeyList)
    const config = await loadConfig(flags.config, process.env)
    const flow = flags.flow === undefined ? null : findFlow(config, flags.flow).name
    const keys = await listHeldKeys(await this.ledger(config), {flow, limit: flags.limit})
    this.log(presentHeldKeys(keys, systemClock.now()))
    if (flags['fail-on-empty'] && keys.length === 0) this.exitWith(exitCodes.nothingMatched)
    return keys
  }
}
