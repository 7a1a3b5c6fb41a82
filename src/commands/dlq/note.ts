import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Group} from '#lib/deadletters/groups/group.js'
import {BaseCommand} from '#cli/base-command.js'
import {actOnKnownGroup} from '#cli/known-group.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqNote extends BaseCommand {
  static override summary = 'Leave a note at a group of dead letters, for the others on call.'

  static override description =
    'It takes the place of the note before; an empty one takes it away. Written to the trail.'

  static override examples = ["<%= config.bin %> <%= command.id %> F-ABC2345 'waits for master data, see INC-4711'"]

  static override args = {
    group: Args.string({description: 'id of the group', required: true}),
    note: Args.string({description: 'what the others should know', required: true}),
  }

  static override flags = freeOperatorFlags

  async run(): Promise<Group> {
    const {args, flags} = await this.parse(DlqNote)
    const config = await loadConfig(flags.config, process.env)
    const note = args.note.trim() === '' ? null : args.note.trim()
    const database = await this.ledger(config)
    const group = await actOnKnownGroup(database, args.group, {kind: 'note', note}, operatorOf(this, flags))
    this.log(note === null ? `${group.id} has no note.` : `Noted at ${group.id}: ${note}`)
    return group
  }
}
