import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Group} from '#lib/deadletters/groups/group.js'
import {BaseCommand} from '#cli/base-command.js'
import {actOnKnownGroup} from '#cli/known-group.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqAck extends BaseCommand {
  static override summary = 'Say that you look after a group of dead letters.'

  static override description = `The letters stay as they are. It holds until nothing is left to do in the group: seen again
after that, it is REGRESSED and nobody's. Written to the trail.`

  static override examples = ["<%= config.bin %> <%= command.id %> F-ABC2345 --reason 'plant DE01 is being maintained'"]

  static override args = {group: Args.string({description: 'id of the group', required: true})}

  static override flags = {undo: Flags.boolean({summary: 'nobody looks after it any more'}), ...freeOperatorFlags}

  async run(): Promise<Group> {
    const {args, flags} = await this.parse(DlqAck)
    const config = await loadConfig(flags.config, process.env)
    const action = {kind: 'acknowledge', isUndone: flags.undo} as const
    const group = await actOnKnownGroup(await this.ledger(config), args.group, action, operatorOf(this, flags))
    this.log(
      group.acknowledgedBy === null
        ? `Nobody looks after ${group.id}.`
        : `${group.acknowledgedBy} looks after ${group.id}; ${group.letters.open} letters are open.`,
    )
    return group
  }
}
