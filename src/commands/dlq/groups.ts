import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {type Bucket, type BucketSort, bucketSorts, listBuckets} from '#lib/deadletters/groups/list-buckets.js'
import {presentBuckets} from '#lib/deadletters/groups/present-groups.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isUtf8} from '#lib/output/sparkline.js'
import {BaseCommand} from '#cli/base-command.js'
import {byFlag} from '#cli/by-flag.js'
import {durationFlag} from '#cli/duration-flag.js'
import {queryFlag, readQuery} from '#cli/query-flag.js'
import {requireImpersonal} from '#cli/require-impersonal.js'

interface DlqGroupsResult {
  /** What they are put together by. */
  readonly by: string
  readonly groups: readonly Bucket[]
}

export default class DlqGroups extends BaseCommand {
  static override summary = 'List dead letters put together by their cause, and what to type next.'

  static override description = `Letters of one cause share a fingerprint: flow, stage, class, SAP's code, and the text without what
differs from letter to letter. NEW: seen for the first time within a day; REGRESSED: nothing was left to do, and then it
was seen again. The bars are the letters of each of the last 24 hours.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'What came last:', command: '<%= config.bin %> <%= command.id %> --since 1h --sort first'},
    {
      description: 'By a field of the document:',
      command: "<%= config.bin %> <%= command.id %> -q 'code:sap:V1/302' --by payload.plant",
    },
  ]

  static override flags = {
    query: queryFlag(),
    by: byFlag({default: async () => ({kind: 'fingerprint'}) as const, defaultHelp: async () => 'fingerprint'}),
    since: durationFlag({summary: 'only what was seen within this time, e.g. 2h'}),
    sort: Flags.option({
      options: bucketSorts,
      summary: 'most letters, seen last, first seen latest, first seen longest ago, or most keys',
      default: 'count' as BucketSort,
    })(),
    limit: Flags.integer({summary: 'groups at most', default: 50, min: 1, max: 10_000}),
    'fail-on-empty': Flags.boolean({summary: 'exit 5 if there are none'}),
  }

  async run(): Promise<DlqGroupsResult> {
    const {flags} = await this.parse(DlqGroups)
    const {by, sort, limit} = flags
    const query = flags.query === undefined ? null : readQuery(flags.query)
    const config = await loadConfig(flags.config, process.env)
    await requireImpersonal(config, by)
    const now = systemClock.now()
    const since = flags.since === undefined ? null : new Date(now.getTime() - flags.since)
    const groups = await listBuckets(await this.ledger(config), {by, query, since, sort, limit}, now)
    this.log(presentBuckets(groups, {by, query, now, isUtf8: isUtf8(process.env)}))
    if (flags['fail-on-empty'] && groups.length === 0) this.exitWith(exitCodes.nothingMatched)
    return {by: by.kind === 'payload' ? `payload.${by.path.join('.')}` : by.kind, groups}
  }
}
