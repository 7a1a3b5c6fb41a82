import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {countLetters} from '#lib/deadletters/query-letters.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {letterFlags, letterQuery, unknownFlows} from '#cli/letter-query.js'

interface DlqCountResult {
  readonly count: number
  /** The query with absolute times and the state said. */
  readonly query: string
}

export default class DlqCount extends BaseCommand {
  static override summary = 'Count dead letters.'

  static override examples = ["<%= config.bin %> <%= command.id %> -q 'class:permanent since:2h'"]

  static override flags = {...letterFlags, 'fail-on-empty': Flags.boolean({summary: 'exit 5 if there are none'})}

  async run(): Promise<DlqCountResult> {
    const {flags} = await this.parse(DlqCount)
    const config = await loadConfig(flags.config, process.env)
    const query = letterQuery(config, flags)
    for (const line of unknownFlows(config, query)) this.say(line)
    const count = await countLetters(await this.ledger(config), query)
    this.log(String(count))
    if (flags['fail-on-empty'] && count === 0) this.exitWith(exitCodes.nothingMatched)
    return {count, query: resolvedText(query)}
  }
}
