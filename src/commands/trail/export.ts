import {Flags} from '@oclif/core'
import {exportTrail, type TrailExport} from '#lib/audit/export-trail.js'
import {loadConfig} from '#lib/config/load.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'

type TrailExportResult = TrailExport & {readonly file: string}

export default class TrailExportCommand extends BaseCommand {
  static override summary = 'Write the whole trail into a file.'

  static override description = `One JSON object a line, oldest first. "hash" is the SHA-256 of "text", so that the chain
can be followed without the database. The last line has the number of entries, the SHA-256 of all lines before it, and the
head. The file must be new; only its owner may read it.

Exit codes: 0 written, 66 the file is there already, or cannot be written.`

  static override examples = ['<%= config.bin %> <%= command.id %> --out trail-2026-03.ndjson']

  static override flags = {out: Flags.string({summary: 'the file', required: true, helpValue: '<file>'})}

  async run(): Promise<TrailExportResult> {
    const {flags} = await this.parse(TrailExportCommand)
    const database = await this.ledger(await loadConfig(flags.config, process.env))
    const counter = openCounter(process.stderr)
    const exported = await interruptible(async (signal) =>
      exportTrail(database, flags.out, {signal, onProgress: (entries) => counter.show(`${entries} written`)}),
    ).finally(counter.clear)
    this.log(`${exported.entries} entries in ${flags.out}, SHA-256 ${exported.sha256}.`)
    return {file: flags.out, ...exported}
  }
}
