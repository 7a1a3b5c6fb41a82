import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {presentLines, presentRun} from '#lib/intake/runs/present-run.js'
import {countOutcomes, type LineOutcome, readOutcomes, type RunOutcomes} from '#lib/intake/runs/outcomes.js'
import {filesOfRun, type PushFile} from '#lib/intake/runs/push-file.js'
import {type PushRun, requireRun} from '#lib/intake/runs/push-run.js'
import {BaseCommand} from '#cli/base-command.js'

interface PushShowResult {
  readonly run: PushRun
  readonly files: readonly PushFile[]
  readonly outcomes: RunOutcomes
  /** The first lines in the order of the files; `--ndjson` gives all. */
  readonly lines: readonly LineOutcome[]
}

export default class PushShow extends BaseCommand {
  static override summary = 'Show a push run, and what became of each of its lines.'

  static override description = `A line has become a message, was a duplicate of one, or was rejected. What became of a
message is told by its state and SAP's number.

With --ndjson every line of the run is one line of JSON on stdout, and nothing else.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> P-K7Q2MZA --failed',
    {description: "SAP's number for each line:", command: '<%= config.bin %> <%= command.id %> P-K7Q2MZA --ndjson'},
  ]

  static override args = {run: Args.string({description: 'id of the run', required: true})}

  static override flags = {
    failed: Flags.boolean({summary: 'only lines that were rejected or whose message is dead', default: false}),
    limit: Flags.integer({summary: 'lines at most', default: 100, min: 1, max: 10_000}),
    ndjson: Flags.boolean({summary: 'print all lines as NDJSON', exclusive: ['json', 'limit']}),
  }

  async run(): Promise<PushShowResult> {
    const {args, flags} = await this.parse(PushShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const run = await requireRun(database, args.run)
    const files = await filesOfRun(database, run.id)
    const lines: LineOutcome[] = []
    for await (const line of readOutcomes(database, run.id, {onlyFailed: flags.failed})) {
      if (flags.ndjson) this.log(JSON.stringify(line))
      else if (lines.push(line) >= flags.limit) break
    }
    const outcomes = await countOutcomes(database, run.id)
    if (flags.ndjson) return {run, files, outcomes, lines}
    this.log(presentRun(run, files, outcomes))
    if (lines.length > 0) this.log(`\n${presentLines(lines, files)}`)
    return {run, files, outcomes, lines}
  }
}
