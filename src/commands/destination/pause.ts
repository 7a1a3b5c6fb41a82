import {Args} from '@oclif/core'
import {findDestination, loadConfig} from '#lib/config/load.js'
import {pauseDeliveries} from '#lib/delivery/pauses.js'
import {presentPause} from '#lib/delivery/present-pause.js'
import type {Pause} from '#lib/ledger/pauses.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {pauseFlags} from '#cli/pause-flags.js'

export default class DestinationPause extends BaseCommand {
  static override summary = 'Stop all calls to an SAP system.'

  static override description = `Holds for the workers of all hosts, within a second or so. Calls under way are finished,
messages stay on their queues, no attempt is used up. A pause takes the place of the one before.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> s4 --reason "kernel patch" --for 2h',
    {description: 'Until it is resumed:', command: '<%= config.bin %> <%= command.id %> s4 --reason "INC-4711"'},
  ]

  static override args = {name: Args.string({description: 'destination to pause', required: true})}

  static override flags = pauseFlags

  async run(): Promise<Pause> {
    const {args, flags} = await this.parse(DestinationPause)
    const config = await loadConfig(flags.config, process.env)
    const wanted = {scope: 'destination', name: findDestination(config, args.name), forMs: flags.for ?? null} as const
    const pause = await pauseDeliveries(await this.ledger(config), wanted, operatorOf(this, flags))
    this.log(presentPause(pause))
    return pause
  }
}
