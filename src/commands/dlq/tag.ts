import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {countLetters} from '#lib/deadletters/query-letters.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {type RetagResult, tagLetters} from '#lib/deadletters/tag-letters.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {interruptible} from '#cli/interruptible.js'
import {letterQuery, unknownFlows} from '#cli/letter-query.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {queryFlag} from '#cli/query-flag.js'

type DlqTagResult = RetagResult & {readonly query: string; readonly dryRun: boolean}

export default class DlqTag extends BaseCommand {
  static override summary = 'Put tags on dead letters, or take them off.'

  static override description = `Tags are found by tag:NAME and -tag:NAME in a query; they change nothing else. Only letters that are
archived by now are tagged. Written to the trail.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> -q 'code:sap:V1/302 payload.plant:DE01' --add waits-for-plant",
    "<%= config.bin %> <%= command.id %> -q 'tag:waits-for-plant state:any' --remove waits-for-plant",
  ]

  static override flags = {
    query: queryFlag({required: true}),
    add: Flags.string({summary: 'tag to put on; repeat for more', multiple: true, default: [], parse: readTag}),
    remove: Flags.string({summary: 'tag to take off; repeat for more', multiple: true, default: [], parse: readTag}),
    'dry-run': dryRunFlag('say how many letters it is about, change nothing'),
    'fail-on-empty': Flags.boolean({summary: 'exit 5 if the query is about none'}),
    ...freeOperatorFlags,
  }

  async run(): Promise<DlqTagResult> {
    const {flags} = await this.parse(DlqTag)
    const {add, remove, 'dry-run': dryRun} = flags
    if (add.length + remove.length === 0) this.error('Name tags with --add or --remove.', {exit: exitCodes.usage})
    const config = await loadConfig(flags.config, process.env)
    const query = letterQuery(config, {query: flags.query, flow: undefined, state: undefined, since: undefined})
    for (const line of unknownFlows(config, query)) this.say(line)
    this.say(`Letters: ${resolvedText(query)}`)
    const database = await this.ledger(config)
    const operator = operatorOf(this, flags)
    const result = dryRun
      ? {matched: await countLetters(database, query), changed: 0}
      : await interruptible(async (signal) => tagLetters(database, {query, add, remove}, operator, signal))
    this.log(dryRun ? `${result.matched} letters.` : `${result.matched} letters, ${result.changed} of them changed.`)
    if (flags['fail-on-empty'] && result.matched === 0) this.exitWith(exitCodes.nothingMatched)
    return {...result, query: resolvedText(query), dryRun}
  }
}

async function readTag(text: string): Promise<string> {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,62}$/u.test(text)) return text
  throw new Error(`"${text}" is no tag; a tag holds letters, digits and . _ / - and has at most 63 characters`)
}
