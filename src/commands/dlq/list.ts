import {Flags} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {type Letter, listLetters} from '#lib/deadletters/letters.js'
import {presentLetters} from '#lib/deadletters/present-letters.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {durationFlag} from '#cli/duration-flag.js'

interface DlqListResult {
  readonly letters: readonly Letter[]
  /** Give this to `--before` for the next page; null at the end. */
  readonly next: string | null
}

export default class DlqList extends BaseCommand {
  static override summary = 'List dead letters, newest first.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --flow sales-order --since 2h',
    {description: 'For a script:', command: '<%= config.bin %> <%= command.id %> --state open --json'},
  ]

  static override flags = {
    flow: Flags.string({summary: 'only letters of this flow', env: 'ERPSYNC_FLOW'}),
    since: durationFlag({summary: 'only letters that died within this time, e.g. 2h'}),
    state: Flags.option({
      options: ['open', 'replayed', 'resolved', 'died_again', 'any'] as const,
      summary: 'only letters in this state',
      default: 'open' as const,
    })(),
    limit: Flags.integer({summary: 'letters a page', default: 50, min: 1, max: 10_000}),
    before: Flags.string({summary: 'next page: what the page before named', parse: readPosition}),
    'fail-on-empty': Flags.boolean({summary: 'exit 5 if there are none'}),
  }

  async run(): Promise<DlqListResult> {
    const {flags} = await this.parse(DlqList)
    const config = await loadConfig(flags.config, process.env)
    const flow = flags.flow === undefined ? null : findFlow(config, flags.flow).name
    const letters = await listLetters(await this.ledger(config), {
      flow,
      state: flags.state === 'any' ? null : flags.state,
      sinceMs: flags.since ?? null,
      before: flags.before ?? null,
      limit: flags.limit,
    })
    const next = letters.length === flags.limit ? (letters.at(-1)?.seq ?? null) : null
    this.log(presentLetters(letters, systemClock.now(), next))
    if (flags['fail-on-empty'] && letters.length === 0) this.exitWith(exitCodes.nothingMatched)
    return {letters, next}
  }
}

async function readPosition(text: string): Promise<string> {
  if (/^\d{1,18}$/.test(text)) return text
  throw new Error(`--before takes what the page before named, a number; got "${text}"`)
}
