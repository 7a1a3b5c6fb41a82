import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {type Difference, differencesBetween} from '#lib/deadletters/repair/json-patch.js'
import {presentDifferences} from '#lib/deadletters/repair/present-differences.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {correctedDocument} from '#cli/corrected-document.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirm} from '#cli/confirm.js'
import {requireFit, requireRepairable, writeCorrection} from '#cli/correct-letter.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {recordUnmasking} from '#cli/unmask-flags.js'

interface DlqEditResult {
  readonly letterId: string
  readonly messageId: string
  /** The newest revision of the payload by now; 0 if it is as it was accepted. */
  readonly revision: number
  /** Personal data is masked. */
  readonly changes: readonly Difference[]
  /** SAP may have the document as it was: a replay asks first, and sends nothing if it has. */
  readonly mayBeInSap: boolean
  readonly dryRun: boolean
}

export default class DlqEdit extends BaseCommand {
  static override summary = 'Correct what is in a dead letter.'

  static override description = `Opens the document in your editor ($VISUAL or $EDITOR), or changes single values. The corrected
document must pass the schema and the mapping of its flow, and be the same message as before:
same key, version, idempotency key and reference. It becomes a new revision; what was accepted
is kept. The letter stays open until it is replayed. Written to the trail; where the schema of
the flow marks personal data, so is that the editor has shown it.

Exit codes: 0 written, or nothing to change; 7 somebody else was first; 9 declined; 65 refused,
with everything that is wrong.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --reason 'wrong plant'",
    {
      description: 'Without an editor:',
      command:
        "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --set items.0.plant=DE01 --unset /note --reason 'wrong plant' --yes",
    },
  ]

  static override args = {id: Args.string({description: 'id of the letter, or of its message', required: true})}

  static override flags = {
    set: Flags.string({
      summary: 'put a value (JSON, or else text) at a path (items.0.sku or /items/0/sku); may be repeated',
      helpValue: '<path>=<value>',
      multiple: true,
      default: [],
    }),
    unset: Flags.string({
      summary: 'take away what is at a path; after all --set; may be repeated',
      helpValue: '<path>',
      multiple: true,
      default: [],
    }),
    'dry-run': dryRunFlag('show what would change, change nothing'),
    yes: Flags.boolean({summary: 'do not ask'}),
    ...operatorFlags,
  }

  async run(): Promise<DlqEditResult> {
    const {args, flags} = await this.parse(DlqEdit)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const letter = await requireRepairable(database, args.id)
    const operator = operatorOf(this, flags)
    const {letterId, messageId, flow, revision} = letter
    const fields = await openPersonalFields(config)(flow)
    const corrected = await correctedDocument(letter, flags, async () => {
      // Whoever corrects a whole document sees all of it.
      if (fields.kind !== 'none') await recordUnmasking(database, operator, [{flow, messageId, letterId}])
    })
    const changes = differencesBetween(letter.payload, corrected, fields)
    const mayBeInSap = letter.executed !== 'no'
    const result = {letterId, messageId, revision, changes, mayBeInSap, dryRun: flags['dry-run']}
    if (changes.length === 0) {
      this.log('Nothing to change.')
      return result
    }
    const correction = await requireFit(config, letter, corrected)
    if (flags['dry-run']) {
      this.log(presentDifferences(changes, process.stdout))
      return result
    }
    this.say(presentDifferences(changes, process.stderr))
    if (mayBeInSap) this.say('SAP may have it as it was: a replay asks first, and sends nothing if SAP has it.')
    if (!flags.yes) await confirm(`Correct letter ${letterId}?`, {json: this.jsonEnabled()})

    await writeCorrection(database, correction, operator)
    this.log(`Revision ${revision + 1} of message ${messageId} is written.\nSend it: erpsync dlq replay ${letterId}`)
    return {...result, revision: revision + 1}
  }
}
