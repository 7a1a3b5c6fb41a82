import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {requireInstalled} from '#lib/intake/inbox/install.js'
import {putBack} from '#lib/intake/inbox/refused.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {BaseCommand} from '#cli/base-command.js'
import {withInbox} from '#cli/with-inbox.js'

interface IntakeRetryResult {
  /** Rows that wait again. */
  readonly retried: readonly string[]
  /** Rows that were named and are not refused, or not there. */
  readonly skipped: readonly string[]
}

export default class IntakeRetry extends BaseCommand {
  static override summary = 'Have refused rows of an inbox taken once more.'

  static override description = `For when what was wrong is mended: the schema or the flow in the configuration (start "intake start"
anew then), or the document in the row. Rows take their old places, before all that wait.

Exit codes: 0 done, 3 some of the rows that were named are not refused.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop --id 0f8e2c5a-1b7d-4c53-9a61-5d2f6f1f0b11',
  ]

  static override args = {inbox: Args.string({description: 'inbox with the rows', required: true, ignoreStdin: true})}

  static override flags = {
    id: Flags.string({
      summary: 'only this row; repeat for more',
      multiple: true,
      parse: async (text) => {
        if (isId(text)) return text.toLowerCase()
        throw new Error(`"${text}" is no id of a row; erpsync intake list shows them`)
      },
    }),
    flow: Flags.string({summary: 'only rows for this flow'}),
  }

  async run(): Promise<IntakeRetryResult> {
    const {args, flags} = await this.parse(IntakeRetry)
    const config = await loadConfig(flags.config, process.env)
    const retried = await withInbox(config, args.inbox, async (inbox) => {
      await requireInstalled(inbox, args.inbox)
      return putBack(inbox, {ids: flags.id ?? null, flow: flags.flow ?? null})
    })
    const skipped = (flags.id ?? []).filter((id) => !retried.includes(id))
    this.log(`${retried.length} rows of ${args.inbox} wait again.`)
    for (const id of skipped) this.say(`${id} is not refused.`)
    this.exitWith(skipped.length > 0 ? exitCodes.someFailed : exitCodes.ok)
    return {retried, skipped}
  }
}
