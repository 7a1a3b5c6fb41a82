import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {WholeLetter} from '#lib/deadletters/mask-letter.js'
import type {PayloadHistory} from '#lib/deadletters/repair/payload-history.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {showGroup, type ShownGroup} from '#cli/show-group.js'
import {showLetter} from '#cli/show-letter.js'
import {unmaskFlags} from '#cli/unmask-flags.js'

export default class DlqShow extends BaseCommand {
  static override summary = "Show a dead letter with SAP's answer and its payload, or a group of letters."

  static override description =
    'What the schema of the flow marks as personal data is masked, unless --unmask is given.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11',
    {description: 'Why letters are one group:', command: '<%= config.bin %> <%= command.id %> F-ABC2345 --explain'},
  ]

  static override args = {
    id: Args.string({description: 'id of the letter, of its message, or of a group', required: true}),
  }

  static override flags = {
    explain: Flags.boolean({summary: 'tell how the fingerprint of the group is made'}),
    ...unmaskFlags,
  }

  async run(): Promise<(WholeLetter & PayloadHistory) | ShownGroup> {
    const {args, flags} = await this.parse(DlqShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const unmaskedBy = flags.unmask ? operatorOf(this, flags) : null
    const {result, text} = /^f-/i.test(args.id)
      ? await showGroup(config, database, {id: args.id, isExplained: flags.explain, unmaskedBy})
      : await showLetter(config, database, {id: args.id, unmaskedBy})
    this.log(text)
    return result
  }
}
