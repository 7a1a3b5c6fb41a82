import {Args} from '@oclif/core'
import {findInbox, loadConfig} from '#lib/config/load.js'
import {presentInboxes} from '#lib/intake/inbox/present-inboxes.js'
import {type InboxStanding, readStanding} from '#lib/intake/inbox/standing.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {withInbox} from '#cli/with-inbox.js'

export default class IntakeStatus extends BaseCommand {
  static override summary = 'Show what waits in the inboxes, what was refused, and who takes from them.'

  static override description = `Looks into the other systems' databases; needs no ledger.

Exit codes: 0 all could be asked, 69 one cannot be reached, 77 it refuses the credentials.`

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> shop --json']

  static override args = {inbox: Args.string({description: 'inbox to show; default all', ignoreStdin: true})}

  async run(): Promise<{readonly inboxes: readonly InboxStanding[]}> {
    const {args, flags} = await this.parse(IntakeStatus)
    const config = await loadConfig(flags.config, process.env)
    const names = args.inbox === undefined ? Object.keys(config.inboxes) : [args.inbox]
    for (const name of names) findInbox(config, name)
    const found = await Promise.all(
      names.map(async (name) => withInbox(config, name, async (inbox) => readStanding(name, inbox))),
    )
    const inboxes = found.map(({standing}) => standing)
    this.log(names.length === 0 ? `${config.path} names no inbox.` : presentInboxes(inboxes, systemClock.now()))
    this.exitWith(found.find(({exitCode}) => exitCode !== exitCodes.ok)?.exitCode ?? exitCodes.ok)
    return {inboxes}
  }
}
