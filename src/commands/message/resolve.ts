import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {resendByHand} from '#lib/deadletters/resend.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {actByHand} from '#lib/ledger/by-hand.js'
import {BaseCommand} from '#cli/base-command.js'
import {byHandError} from '#cli/by-hand-error.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'

interface MessageResolveResult {
  readonly messageId: string
  readonly resolved: 'synced' | 'resent'
}

export default class MessageResolve extends BaseCommand {
  static override summary = 'Decide a message in doubt by hand, after a look into SAP.'

  static override description = `For messages that erpsync cannot decide: SAP could not be asked, or was asked in vain twice.
--synced notes the document you found in SAP. --resend sends it again without asking SAP first: if SAP has it after all,
it will be there twice. Either is written to the trail.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --synced 4711 --reason 'seen in VA03'",
    "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --resend --reason 'not in VA05'",
  ]

  static override args = {id: Args.string({description: 'id of the message', required: true})}

  static override flags = {
    ...operatorFlags,
    synced: Flags.string({summary: "SAP's document number", exactlyOne: ['synced', 'resend']}),
    resend: Flags.boolean({summary: 'SAP does not have it; send it again', exactlyOne: ['synced', 'resend']}),
  }

  async run(): Promise<MessageResolveResult> {
    const {args, flags} = await this.parse(MessageResolve)
    if (!isId(args.id)) this.error(`"${args.id}" is not the id of a message.`, {exit: exitCodes.usage})
    const database = await this.ledger(await loadConfig(flags.config, process.env))
    const operator = operatorOf(this, flags)

    if (flags.synced === undefined) {
      if (!(await resendByHand(database, args.id, operator))) throw notOpen(args.id)
      this.log(`Message ${args.id} is sent again.`)
      return {messageId: args.id, resolved: 'resent'}
    }
    const outcome = await actByHand(database, args.id, {kind: 'synced', documentNumber: flags.synced}, operator)
    if (outcome.kind !== 'done') throw byHandError(args.id, outcome)
    this.log(`Message ${args.id} is synced as SAP document ${flags.synced}.`)
    return {messageId: args.id, resolved: 'synced'}
  }
}

function notOpen(id: string): ErpSyncError {
  return new ErpSyncError(`Message ${id} has no open dead letter.`, {
    code: 'wrong_state',
    exitCode: exitCodes.conflict,
    hint: `Type: erpsync message show ${id}`,
  })
}
