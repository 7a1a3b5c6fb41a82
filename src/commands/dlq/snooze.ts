import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Group} from '#lib/deadletters/groups/group.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'
import {durationFlag} from '#cli/duration-flag.js'
import {actOnKnownGroup} from '#cli/known-group.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqSnooze extends BaseCommand {
  static override summary = 'Be told nothing of a group of dead letters for a while.'

  static override description = `The letters stay as they are, and new ones still come. It ends by itself, also if nothing was left
to do in the group and it is seen again. Written to the trail.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> F-ABC2345 --for 4h --reason 'SAP is patched tonight'",
  ]

  static override args = {group: Args.string({description: 'id of the group', required: true})}

  static override flags = {
    for: durationFlag({summary: 'for how long', exactlyOne: ['for', 'undo']}),
    undo: Flags.boolean({summary: 'end it now'}),
    ...freeOperatorFlags,
  }

  async run(): Promise<Group> {
    const {args, flags} = await this.parse(DlqSnooze)
    const config = await loadConfig(flags.config, process.env)
    const until = flags.for === undefined ? null : new Date(systemClock.now().getTime() + flags.for)
    const database = await this.ledger(config)
    const group = await actOnKnownGroup(database, args.group, {kind: 'snooze', until}, operatorOf(this, flags))
    this.log(until === null ? `${group.id} is heard of again.` : `${group.id} is quiet until ${until.toISOString()}.`)
    return group
  }
}
