import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {importLetters, type ImportResult} from '#lib/deadletters/transfer/import-letters.js'
import {openLetterFile} from '#lib/deadletters/transfer/letter-file.js'
import {presentImport} from '#lib/deadletters/transfer/present-import.js'
import {openDoors} from '#lib/intake/open-doors.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmCount, confirmFlags} from '#cli/confirm-count.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {stopCode, stopOnSignal} from '#cli/stop-on-signal.js'

export default class DlqImport extends BaseCommand {
  static override summary = 'Take dead letters in that were exported elsewhere, or before a restore.'

  static override description = `The checksum of the file is checked before anything is written. An open letter comes with its
message (dead, with its id, attempts and revisions), if the ledger knows neither, and only by
the rules of intake as they are configured here. Letters that are here already, or were not
open, are skipped: an import may be repeated. Nothing is sent before somebody replays it.
Written to the trail.

Exit codes: 0 done, 3 some letters were refused, 9 declined, 65 the file is not as it was
written, or masked.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> letters.ndjson --reason 'move to the new host' --yes",
  ]

  static override args = {file: Args.string({description: 'what erpsync dlq export has written', required: true})}

  static override flags = {
    'dry-run': dryRunFlag('check the file, import nothing'),
    ...confirmFlags,
    ...operatorFlags,
  }

  async run(): Promise<ImportResult> {
    const {args, flags} = await this.parse(DlqImport)
    const config = await loadConfig(flags.config, process.env)
    const file = await openLetterFile(args.file)
    try {
      const {header} = file
      if (header.masked) throw maskedFile(args.file)
      this.say(`${header.letters} letters, exported ${header.exportedAt} by the query: ${header.query}`)
      if (flags['dry-run']) {
        this.log('The file is whole; nothing was imported.')
        return {letters: header.letters, imported: 0, skipped: [], refused: [], left: header.letters}
      }
      const parts = {
        database: await this.ledger(config),
        doors: openDoors(config),
        rules: await loadRules(config.deadLetters.rules),
      }
      const {letters} = header
      await confirmCount(`Import up to ${letters} letters?`, letters, {...flags, json: this.jsonEnabled()})
      const signal = stopOnSignal()
      const counter = openCounter(process.stderr)
      const result = await importLetters(parts, file, {
        operator: operatorOf(this, flags),
        signal,
        onProgress: (done) => counter.show(`${done} of ${letters}`),
      }).finally(counter.clear)
      this.log(presentImport(result))
      this.exitWith(stopCode(signal) ?? (result.refused.length > 0 ? exitCodes.someFailed : exitCodes.ok))
      return result
    } finally {
      await file.close()
    }
  }
}

function maskedFile(path: string): ErpSyncError {
  return new ErpSyncError(`Personal data in ${path} is masked: imported, *** would be sent to SAP.`, {
    code: 'letters_masked',
    exitCode: exitCodes.badInput,
    hint: 'Export the letters again with --unmask.',
  })
}
