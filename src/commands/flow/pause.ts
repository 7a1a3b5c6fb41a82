import {Args} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {pauseDeliveries} from '#lib/delivery/pauses.js'
import {presentPause} from '#lib/delivery/present-pause.js'
import type {Pause} from '#lib/ledger/pauses.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {pauseFlags} from '#cli/pause-flags.js'

export default class FlowPause extends BaseCommand {
  static override summary = 'Stop the deliveries of a flow.'

  static override description = `Holds for the workers of all hosts, within a second or so. Calls under way are finished,
messages stay on their queues, no attempt is used up. A pause takes the place of the one before.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order --reason "wrong prices, see INC-4711" --for 30m',
    {
      description: 'Until it is resumed:',
      command: '<%= config.bin %> <%= command.id %> sales-order --reason "migration"',
    },
  ]

  static override args = {name: Args.string({description: 'flow to pause', required: true})}

  static override flags = pauseFlags

  async run(): Promise<Pause> {
    const {args, flags} = await this.parse(FlowPause)
    const config = await loadConfig(flags.config, process.env)
    const wanted = {scope: 'flow', name: findFlow(config, args.name).name, forMs: flags.for ?? null} as const
    const pause = await pauseDeliveries(await this.ledger(config), wanted, operatorOf(this, flags))
    this.log(presentPause(pause))
    return pause
  }
}
