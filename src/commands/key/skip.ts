import {Args} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {actOnHead, type HeadResult} from '#cli/act-on-head.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class KeySkip extends BaseCommand {
  static override summary = 'Discard the dead message of a key, and let the later ones go on.'

  static override description = 'Its letter is closed. Written to the trail.'

  static override examples = [
    "<%= config.bin %> <%= command.id %> sales-order WEB-2026-100002 --reason 'cancelled by the customer'",
  ]

  static override args = {
    flow: Args.string({description: 'a strict flow', required: true}),
    key: Args.string({description: 'business key', required: true}),
  }

  static override flags = operatorFlags

  async run(): Promise<HeadResult> {
    const {args, flags} = await this.parse(KeySkip)
    const config = await loadConfig(flags.config, process.env)
    const flow = findFlow(config, args.flow).name
    const database = await this.ledger(config)
    const result = await actOnHead(database, {flow, key: args.key}, {kind: 'skip'}, operatorOf(this, flags))
    this.log(
      `Skipped ${result.messageId}; ${result.released} ${result.released === 1 ? 'message goes' : 'messages go'} on.`,
    )
    return result
  }
}
