import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {selectionText} from '#lib/deadletters/operations/selection.js'
import {type DiscardCode, discardCodes, discardLetters} from '#lib/deadletters/repair/discard.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmFlags} from '#cli/confirm-count.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {letterArgs, letterFlags, requireSelection} from '#cli/letter-selection.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {type SetAsideResult, setAsideLetters} from '#cli/set-aside-letters.js'

type DlqDiscardResult = SetAsideResult & {readonly code: DiscardCode}

export default class DlqDiscard extends BaseCommand {
  static override summary = 'Set dead letters aside: their messages will not be sent.'

  static override description = `Their messages are discarded with them; in a strict flow the later ones of the key go on.
erpsync dlq restore takes them back, until erpsync db prune has removed them. Each is written to
the trail.

Exit codes: 0 done, 3 some were not open, 7 --confirm named another count, 9 declined.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --code duplicate --reason 'sent twice by the shop'",
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order key:TEST-*" --code test --reason \'load test\' --yes',
  ]

  static override strict = false

  static override args = letterArgs

  static override flags = {
    ...letterFlags,
    code: Flags.option({options: discardCodes, summary: 'why they need not be sent', required: true})(),
    'dry-run': dryRunFlag('count them, change nothing'),
    ...confirmFlags,
    ...operatorFlags,
  }

  async run(): Promise<DlqDiscardResult> {
    const {argv, flags} = await this.parse(DlqDiscard)
    const config = await loadConfig(flags.config, process.env)
    const selection = await requireSelection(config, argv.map(String), flags)
    const {code} = flags
    const database = await this.ledger(config)
    const operator = operatorOf(this, flags)
    const query = selectionText(selection)
    const asked = {database, selection, flags, json: this.jsonEnabled(), say: (line: string) => this.say(line)}
    const {result, text, exitCode} = await setAsideLetters(asked, {
      question: (count) => `Discard ${count} dead letters as ${code}?`,
      done: 'Discarded',
      work: async (letterIds, operationId, options) =>
        discardLetters(database, letterIds, {code, operator, operationId, query}, options),
    })
    this.log(text)
    this.exitWith(exitCode)
    return {code, ...result}
  }
}
