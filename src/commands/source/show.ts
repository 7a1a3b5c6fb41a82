import {Args, Flags} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {presentRefused, presentSources} from '#lib/intake/sources/present-sources.js'
import {missingSource} from '#lib/intake/sources/source-errors.js'
import {type RefusedRow, refusedRows, type SourceStanding, sourceStandings} from '#lib/intake/sources/standing.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'

type SourceShowResult = SourceStanding & {
  /** The refused rows of longest standing; `refused` is how many there are. */
  readonly rows: readonly RefusedRow[]
}

export default class SourceShow extends BaseCommand {
  static override summary = 'Show how far the source of a flow is read, and which rows are refused and why.'

  static override description = `A refused row is read again by every run, until it goes in or is gone from the source. Mend it there, or the query, or the
schema. Asks the ledger, and no source. Personal data does not stand in reasons.`

  static override examples = ['<%= config.bin %> <%= command.id %> sales-order']

  static override args = {flow: Args.string({description: 'its name', required: true})}

  static override flags = {limit: Flags.integer({summary: 'refused rows at most', default: 50, min: 0, max: 10_000})}

  async run(): Promise<SourceShowResult> {
    const {args, flags} = await this.parse(SourceShow)
    const config = await loadConfig(flags.config, process.env)
    const {name, source} = findFlow(config, args.flow)
    if (source === undefined) throw missingSource(name)
    const database = await this.ledger(config)
    const [[standing], rows] = await Promise.all([
      sourceStandings(database, [name]),
      refusedRows(database, name, flags.limit),
    ])
    if (standing === undefined) throw new Error('a source has no standing')
    const now = systemClock.now()
    this.log(presentSources([standing], now))
    if (rows.length > 0) this.log(`\n${presentRefused(rows, standing.refused - rows.length, now)}`)
    return {...standing, rows}
  }
}
