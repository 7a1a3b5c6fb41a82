import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Letter} from '#lib/deadletters/letters.js'
import {presentLetters} from '#lib/deadletters/present-letters.js'
import {pageIds, pageLetters} from '#lib/deadletters/query-letters.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {letterFlags, letterQuery, unknownFlows} from '#cli/letter-query.js'

interface DlqListResult {
  readonly letters: readonly Letter[]
  /** Give this to `--before` for the next page; null at the end. */
  readonly next: string | null
}

export default class DlqList extends BaseCommand {
  static override summary = 'List dead letters, newest first.'

  static override examples = [
    "<%= config.bin %> <%= command.id %> -q 'flow:sales-order code:sap:V1/302 age:>1h -tag:ignored'",
    {description: 'For a script:', command: '<%= config.bin %> <%= command.id %> --flow sales-order --since 2h --json'},
    {description: 'For a pipe:', command: "<%= config.bin %> <%= command.id %> -q 'key:4711*' -o ids"},
  ]

  static override flags = {
    ...letterFlags,
    limit: Flags.integer({summary: 'letters a page (default: 50; with -o ids all of them)', min: 1, max: 1_000_000}),
    before: Flags.string({summary: 'next page: what the page before named', parse: readPosition}),
    output: Flags.option({
      char: 'o',
      options: ['table', 'ids'] as const,
      summary: 'a table, or the ids alone, one a line',
      default: 'table' as const,
    })(),
    'fail-on-empty': Flags.boolean({summary: 'exit 5 if there are none'}),
  }

  async run(): Promise<DlqListResult> {
    const {flags} = await this.parse(DlqList)
    const config = await loadConfig(flags.config, process.env)
    const query = letterQuery(config, flags)
    for (const line of unknownFlows(config, query)) this.say(line)
    const database = await this.ledger(config)
    const page = {before: flags.before ?? null, limit: flags.limit ?? pageSize}

    if (flags.output === 'ids' && !this.jsonEnabled()) {
      let found = 0
      for await (const id of pageIds(database, query, {...page, limit: flags.limit ?? null})) {
        this.log(id)
        found += 1
      }
      if (flags['fail-on-empty'] && found === 0) this.exitWith(exitCodes.nothingMatched)
      return {letters: [], next: null}
    }
    const letters = await pageLetters(database, query, page)
    const next = letters.length === page.limit ? (letters.at(-1)?.seq ?? null) : null
    this.log(presentLetters(letters, systemClock.now(), {query, next}))
    if (flags['fail-on-empty'] && letters.length === 0) this.exitWith(exitCodes.nothingMatched)
    return {letters, next}
  }
}

async function readPosition(text: string): Promise<string> {
  if (/^\d{1,18}$/.test(text)) return text
  throw new Error(`--before takes what the page before named, a number; got "${text}"`)
}

const pageSize = 50
