import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {findLetter, type Letter, readRaw} from '#lib/deadletters/letters.js'
import {presentLetter} from '#lib/deadletters/present-letters.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {readPayload} from '#lib/ledger/messages.js'
import {type AttemptRecord, readAttempts} from '#lib/ledger/timeline.js'
import {BaseCommand} from '#cli/base-command.js'

interface DlqShowResult {
  readonly letter: Letter
  readonly attempts: readonly AttemptRecord[]
  /** The document; text where it is not JSON. */
  readonly payload: unknown
}

export default class DlqShow extends BaseCommand {
  static override summary = "Show a dead letter: its attempts, SAP's answer and its payload."

  static override examples = ['<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11']

  static override args = {id: Args.string({description: 'id of the letter, or of its message', required: true})}

  async run(): Promise<DlqShowResult> {
    const {args, flags} = await this.parse(DlqShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const letter = isId(args.id) ? await findLetter(database, args.id) : undefined
    if (!letter) throw unknownLetter(args.id)

    const {messageId} = letter
    const attempts = messageId === null ? [] : await readAttempts(database, messageId)
    const payload = messageId === null ? await readRaw(database, letter.id) : await readPayload(database, messageId)
    const shown = typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2)
    this.log(presentLetter(letter, {attempts, payload: shown, owner: config.flows[letter.flow]?.owner ?? null}))
    return {letter, attempts, payload}
  }
}

function unknownLetter(id: string): ErpSyncError {
  return new ErpSyncError(`There is no dead letter ${id}.`, {
    code: 'unknown_letter',
    exitCode: exitCodes.usage,
    hint: 'Type: erpsync dlq list --state any',
  })
}
