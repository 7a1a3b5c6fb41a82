import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {requireInstalled} from '#lib/intake/inbox/install.js'
import {presentRefused} from '#lib/intake/inbox/present-inboxes.js'
import {listRefused, type RefusedRow} from '#lib/intake/inbox/refused.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'
import {withInbox} from '#cli/with-inbox.js'

export default class IntakeList extends BaseCommand {
  static override summary = 'List the refused rows of an inbox, and why.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop --flow sales-order --json',
  ]

  static override args = {inbox: Args.string({description: 'inbox to look into', required: true, ignoreStdin: true})}

  static override flags = {
    flow: Flags.string({summary: 'only rows for this flow'}),
    limit: Flags.integer({summary: 'rows at most', default: 50, min: 1, max: 10_000}),
  }

  async run(): Promise<{readonly refused: readonly RefusedRow[]}> {
    const {args, flags} = await this.parse(IntakeList)
    const config = await loadConfig(flags.config, process.env)
    const refused = await withInbox(config, args.inbox, async (inbox) => {
      await requireInstalled(inbox, args.inbox)
      return listRefused(inbox, {flow: flags.flow ?? null, limit: flags.limit})
    })
    this.log(presentRefused(args.inbox, refused, systemClock.now()))
    return {refused}
  }
}
