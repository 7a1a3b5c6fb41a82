import {Args} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {type KeyMessage, readKey} from '#lib/ledger/held-keys.js'
import {presentKey} from '#lib/monitor/present-keys.js'
import {BaseCommand} from '#cli/base-command.js'

export default class KeyShow extends BaseCommand {
  static override summary = 'Show the messages of a business key that are not over, in their order.'

  static override examples = ['<%= config.bin %> <%= command.id %> sales-order WEB-2026-100002']

  static override args = {
    flow: Args.string({description: 'an ordered flow', required: true}),
    key: Args.string({description: 'business key', required: true}),
  }

  async run(): Promise<readonly KeyMessage[]> {
    const {args, flags} = await this.parse(KeyShow)
    const config = await loadConfig(flags.config, process.env)
    const flow = findFlow(config, args.flow).name
    const messages = await readKey(await this.ledger(config), flow, args.key)
    this.log(presentKey(flow, args.key, messages))
    return messages
  }
}
