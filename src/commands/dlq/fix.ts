import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {newOperationId} from '#lib/deadletters/operations/operation.js'
import {selectionText} from '#lib/deadletters/operations/selection.js'
import {
  applyFix,
  type FixParts,
  type FixResult,
  type FixSurvey,
  type RefusedLetter,
  type Sample,
  surveyFix,
} from '#lib/deadletters/repair/fix-letters.js'
import {presentFix, presentSurvey} from '#lib/deadletters/repair/present-fix.js'
import {selectLetters} from '#lib/deadletters/repair/select-letters.js'
import {readTransform} from '#lib/deadletters/repair/transform.js'
import {openDoors} from '#lib/intake/open-doors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmCount, confirmFlags} from '#cli/confirm-count.js'
import {letterArgs, letterFlags, requireSelection} from '#cli/letter-selection.js'
import {operatorOf, optionalOperatorFlags} from '#cli/operator-flags.js'
import {stopCode, stopOnSignal} from '#cli/stop-on-signal.js'

interface DlqFixResult {
  /** With nothing left to guess. */
  readonly query: string
  /** SHA-256 of the patch. */
  readonly patch: string
  readonly letters: number
  readonly wouldChange: number
  readonly unchanged: number
  readonly refused: readonly RefusedLetter[]
  readonly samples: readonly Sample[]
  /** Of those that would change, SAP may have so many as they were. */
  readonly mayBeInSap: number
  /** What was done; null without `--apply`, or if nothing would change. */
  readonly applied: (FixResult & {readonly operationId: string}) | null
}

export default class DlqFix extends BaseCommand {
  static override summary = 'Correct many dead letters by one patch.'

  static override description = `The patch is a JSON Patch (RFC 6902), or, in a file that ends in .jsonata, an expression that
makes the new document of the old one. Without --apply it is only tried: some letters are shown
as they would become, and all are counted. Each corrected document must pass the schema and the
mapping of its flow and stay the same message, as in dlq edit; a letter that does not is left as
it is, and named. Written to the trail, with the SHA-256 of the patch.

Exit codes: 0 done; 3 some letters were refused; 9 declined; 65 the patch is none, or no letter
can be corrected by it.`

  static override examples = [
    {description: 'Look first:', command: '<%= config.bin %> <%= command.id %> -q "code:sap:V1/302" --patch fix.json'},
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order payload.shop:uk" --patch fix.jsonata --apply --reason \'shop moved\'',
  ]

  static override strict = false

  static override args = letterArgs

  static override flags = {
    ...letterFlags,
    patch: Flags.string({summary: 'file with the patch', required: true, helpValue: '<file>'}),
    apply: Flags.boolean({summary: 'write what would change; needs --reason', dependsOn: ['reason']}),
    samples: Flags.integer({summary: 'letters to show as they would become', default: 3, min: 0, max: 100}),
    ...confirmFlags,
    ...optionalOperatorFlags,
  }

  async run(): Promise<DlqFixResult> {
    const {argv, flags} = await this.parse(DlqFix)
    const config = await loadConfig(flags.config, process.env)
    const selection = await requireSelection(config, argv.map(String), flags)
    const transform = await readTransform(flags.patch)
    const parts: FixParts = {database: await this.ledger(config), doors: openDoors(config)}
    const query = selectionText(selection)
    this.say(`Letters: ${query}`)

    const signal = stopOnSignal()
    const counter = openCounter(process.stderr)
    const onProgress = (done: number) => counter.show(`${done} letters`)
    const {letterIds, unknown} = await selectLetters(parts.database, selection)
    const tried = await surveyFix(parts, transform, letterIds, {samples: flags.samples, signal, onProgress}).finally(
      counter.clear,
    )
    const missing = unknown.map((letterId) => ({letterId, why: 'there is no such letter'}))
    const survey = {...tried, letters: tried.letters + missing.length, refused: [...missing, ...tried.refused]}
    const {changed, ...counts} = survey
    const result = {query, patch: transform.sha256, ...counts, wouldChange: changed.size}
    if (!flags.apply || changed.size === 0 || signal.aborted) {
      this.log(presentSurvey(survey, process.stdout))
      this.exitWith(stopCode(signal) ?? exitCodeOf(survey, survey.refused.length))
      return {...result, applied: null}
    }
    this.say(presentSurvey(survey, process.stderr))
    await confirmCount(`Correct ${changed.size} letters?`, changed.size, {...flags, json: this.jsonEnabled()})

    const operation = {
      operator: operatorOf(this, {...flags, reason: flags.reason ?? ''}),
      operationId: newOperationId(),
      query,
    }
    const applied = await applyFix(parts, transform, survey, operation, {signal, onProgress}).finally(counter.clear)
    this.log(presentFix(applied, operation.operationId))
    if (applied.fixed > 0) this.log(`Send them: erpsync dlq replay -q '${result.query}'`)
    this.exitWith(stopCode(signal) ?? exitCodeOf(survey, survey.refused.length + applied.refused.length))
    return {...result, applied: {...applied, operationId: operation.operationId}}
  }
}

function exitCodeOf({letters, refused}: FixSurvey, refusedInAll: number): number {
  if (letters > 0 && refused.length === letters) return exitCodes.badInput
  return refusedInAll > 0 ? exitCodes.someFailed : exitCodes.ok
}
