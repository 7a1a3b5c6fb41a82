import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Group} from '#lib/deadletters/groups/group.js'
import {BaseCommand} from '#cli/base-command.js'
import {actOnKnownGroup} from '#cli/known-group.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqAssign extends BaseCommand {
  static override summary = 'Give a group of dead letters to somebody.'

  static override description = 'The letters stay as they are. Written to the trail.'

  static override examples = ['<%= config.bin %> <%= command.id %> F-ABC2345 --to order-to-cash']

  static override args = {group: Args.string({description: 'id of the group', required: true})}

  static override flags = {
    to: Flags.string({summary: 'a person or a team', exactlyOne: ['to', 'nobody'], parse: readName}),
    nobody: Flags.boolean({summary: 'take it back'}),
    ...freeOperatorFlags,
  }

  async run(): Promise<Group> {
    const {args, flags} = await this.parse(DlqAssign)
    const config = await loadConfig(flags.config, process.env)
    const action = {kind: 'assign', to: flags.to ?? null} as const
    const group = await actOnKnownGroup(await this.ledger(config), args.group, action, operatorOf(this, flags))
    this.log(group.assignedTo === null ? `${group.id} is nobody's.` : `${group.id} is given to ${group.assignedTo}.`)
    return group
  }
}

async function readName(text: string): Promise<string> {
  if (text.trim() !== '') return text.trim()
  throw new Error('--to takes the name of a person or a team; to take a group back, write --nobody')
}
