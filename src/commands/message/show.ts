import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {readFormerPayloads} from '#lib/ledger/revisions.js'
import {type MessageRecord, readMessage, readMessagesOfKey} from '#lib/ledger/timeline.js'
import {maskMessages} from '#lib/monitor/mask-message.js'
import {presentMessage} from '#lib/monitor/present-message.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {recordUnmasking, unmaskFlags} from '#cli/unmask-flags.js'

export default class MessageShow extends BaseCommand {
  static override summary = 'Show a message and everything that happened to it.'

  static override description =
    'What the schema of the flow marks as personal data is masked, unless --unmask is given.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11',
    {description: 'By business key, newest first:', command: '<%= config.bin %> <%= command.id %> --key SO-2026-0001'},
  ]

  static override args = {id: Args.string({description: 'id of the message'})}

  static override flags = {
    ...unmaskFlags,
    key: Flags.string({summary: 'business key instead of an id', env: 'ERPSYNC_KEY'}),
    flow: Flags.string({summary: 'only messages of this flow', dependsOn: ['key'], env: 'ERPSYNC_FLOW'}),
  }

  async run(): Promise<readonly MessageRecord[]> {
    const {args, flags} = await this.parse(MessageShow)
    const wanted = flags.key ?? args.id
    if (wanted === undefined) this.error('Name the id of a message, or --key KEY.', {exit: exitCodes.usage})
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)

    const messages =
      flags.key === undefined
        ? [isId(wanted) ? await readMessage(database, wanted) : undefined].filter((found) => found !== undefined)
        : await readMessagesOfKey(database, flags.key, flags.flow ?? null)
    if (messages.length === 0) {
      const byKey = flags.key !== undefined
      throw new ErpSyncError(`There is no message ${byKey ? `of the key "${wanted}"` : wanted}.`, {
        code: 'unknown_message',
        exitCode: exitCodes.usage,
        hint: byKey
          ? 'The key is what the expression key of the flow makes of a document, upper and lower case as there.'
          : 'Look by business key: erpsync message show --key KEY',
      })
    }
    const seen = messages.map(({flow, id}) => ({flow, messageId: id}))
    if (flags.unmask) await recordUnmasking(database, operatorOf(this, flags), seen)
    const former = await readFormerPayloads(
      database,
      messages.map(({id}) => id),
    )
    const shown = flags.unmask ? messages : await maskMessages(messages, openPersonalFields(config), former)
    this.log(shown.map(presentMessage).join('\n\n'))
    return shown
  }
}
