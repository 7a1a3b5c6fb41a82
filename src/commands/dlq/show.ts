import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {findLetter, readRaw} from '#lib/deadletters/letters.js'
import {maskLetter, type WholeLetter} from '#lib/deadletters/mask-letter.js'
import {presentLetter} from '#lib/deadletters/present-letters.js'
import {type PayloadHistory, presentHistory, readHistory} from '#lib/deadletters/repair/payload-history.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {readPayload} from '#lib/ledger/messages.js'
import {readAttempts} from '#lib/ledger/timeline.js'
import {BaseCommand} from '#cli/base-command.js'
import {operatorOf} from '#cli/operator-flags.js'
import {recordUnmasking, unmaskFlags} from '#cli/unmask-flags.js'

export default class DlqShow extends BaseCommand {
  static override summary = "Show a dead letter: its attempts, SAP's answer and its payload."

  static override description =
    'What the schema of the flow marks as personal data is masked, unless --unmask is given.'

  static override examples = ['<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11']

  static override args = {id: Args.string({description: 'id of the letter, or of its message', required: true})}

  static override flags = unmaskFlags

  async run(): Promise<WholeLetter & PayloadHistory> {
    const {args, flags} = await this.parse(DlqShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const letter = isId(args.id) ? await findLetter(database, args.id) : undefined
    if (!letter) throw unknownLetter(args.id)

    const {messageId} = letter
    const attempts = messageId === null ? [] : await readAttempts(database, messageId)
    const payload = messageId === null ? await readRaw(database, letter.id) : await readPayload(database, messageId)
    const whole = {letter, attempts, payload}
    const about = {flow: letter.flow, messageId: messageId ?? undefined, letterId: letter.id}
    if (flags.unmask) await recordUnmasking(database, operatorOf(this, flags), [about])
    const fields = await openPersonalFields(config)(letter.flow)
    const shown = flags.unmask ? whole : maskLetter(whole, fields)
    const history = await readHistory(database, messageId, flags.unmask ? {kind: 'none'} : fields)
    this.log([presentLetter(shown, config.flows[letter.flow]?.owner ?? null), ...presentHistory(history)].join('\n\n'))
    return {...shown, ...history}
  }
}

function unknownLetter(id: string): ErpSyncError {
  return new ErpSyncError(`There is no dead letter ${id}.`, {
    code: 'unknown_letter',
    exitCode: exitCodes.usage,
    hint: 'Type: erpsync dlq list --state any',
  })
}
