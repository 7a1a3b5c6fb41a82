import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {exportLetters, type LetterExport} from '#lib/deadletters/transfer/export-letters.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {systemClock} from '#lib/kernel/clock.js'
import {recordAction} from '#lib/ledger/trail.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'
import {operatorOf} from '#cli/operator-flags.js'
import {queryFlag, readQuery} from '#cli/query-flag.js'
import {unmaskFlags} from '#cli/unmask-flags.js'

type DlqExportResult = LetterExport & {readonly file: string}

export default class DlqExport extends BaseCommand {
  static override summary = 'Write dead letters into a file, each with its payload, attempts and revisions.'

  static override description = `One JSON object a line; the last one has the SHA-256 of all before it. What the schemas of the
flows mark as personal data is masked, and a file with masked data cannot be imported; --unmask
leaves it as it is. The file must be new; only its owner may read it.

Exit codes: 0 written, 66 the file is there already, or cannot be written.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order since:7d" --out letters.ndjson',
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order" --out letters.ndjson --unmask --reason \'move to the new host\'',
  ]

  static override flags = {
    query: queryFlag({required: true}),
    out: Flags.string({summary: 'the file', required: true, helpValue: '<file>'}),
    ...unmaskFlags,
  }

  async run(): Promise<DlqExportResult> {
    const {flags} = await this.parse(DlqExport)
    const config = await loadConfig(flags.config, process.env)
    const query = readQuery(flags.query)
    const database = await this.ledger(config)
    this.say(`Query: ${resolvedText(query)}`)
    const counter = openCounter(process.stderr)
    const exported = await interruptible(async (signal) =>
      exportLetters(database, query, flags.out, {
        personal: flags.unmask ? null : openPersonalFields(config),
        now: systemClock.now(),
        signal,
        onProgress: (letters) => counter.show(`${letters} written`),
        onCount: async (letters) => {
          if (!flags.unmask) return
          const after = {query: resolvedText(query), letters, unmasked: true}
          await recordAction(database, operatorOf(this, flags), {action: 'dlq.export', after})
        },
      }),
    ).finally(counter.clear)
    this.log(`${exported.letters} letters in ${flags.out}, SHA-256 ${exported.sha256}.`)
    if (exported.masked) this.log('Personal data in it is masked; it cannot be imported.')
    return {file: flags.out, ...exported}
  }
}
