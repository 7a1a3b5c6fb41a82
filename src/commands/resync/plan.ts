import {Args, Flags} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {quoteForShell} from '#lib/output/quote-for-shell.js'
import {type Counts, type Entry, isSendable, sendableOf} from '#lib/resync/entry.js'
import type {InternalKind} from '#lib/resync/internal/internal-side.js'
import {presentEntries, presentTally, verdictOf} from '#lib/resync/present-entries.js'
import {BaseCommand} from '#cli/base-command.js'
import {jobFlags} from '#cli/job-flags.js'
import {internalKindOf} from '#cli/internal-side.js'
import {operatorOf} from '#cli/operator-flags.js'
import {planExitCode, planResync} from '#cli/plan-resync.js'
import {readResyncSelection, resyncSelectionFlags} from '#cli/resync-selection.js'
import {fromLedgerFlag} from '#cli/resync-run-flags.js'
import {recordUnmasking, unmaskFlags} from '#cli/unmask-flags.js'

interface ResyncPlanResult {
  readonly flow: string
  readonly createdAt: Date
  readonly createdBy: string
  /** Which keys were compared, in words. */
  readonly selection: string
  /** Who said what SAP should hold. */
  readonly internal: InternalKind
  /** Keys that were compared. */
  readonly keys: number
  /** By class. */
  readonly counts: Counts
  /** Keys that were named and are not known. */
  readonly unknown: readonly string[]
  /** Whether SAP has more objects than were looked at. */
  readonly truncated: boolean
  /** The first keys that are not equal. */
  readonly entries: readonly Entry[]
  /** Keys that are not equal and not among them. */
  readonly more: number
  /** The plan's file, for resync apply; null if none was wanted. */
  readonly out: string | null
}

export default class ResyncPlan extends BaseCommand {
  static override summary = 'Compare what SAP should hold with what it holds, field by field.'

  static override description = `What SAP should hold is, in SAP's own fields as the flow maps them, what the flow's source says of each key, pushed or
not; in a flow without a source, or with --from-ledger, the newest accepted state. SAP is read
by the same way as it is written to: within the destination's limits, and not while it is away, paused or in a closed
window. Nothing is changed.

Each key is equal, missing in SAP, stale (SAP holds an older state of ours), a mismatch, only in SAP, in flight (a
message of it is under way), has a dead letter, or could not be read. What apply sends is what is missing, stale or a
mismatch. Personal data is masked, in the file as well.

Exit codes: 0 all equal, 3 some could not be read or are not known, 6 some differ, 8 none differs, but some are in
flight, 69 SAP is not to be called now, 75 another process runs the same job.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order --since 1d --out plan.json',
    {
      description: 'Some of them:',
      command: '<%= config.bin %> <%= command.id %> sales-order SO-2026-0001 SO-2026-0002',
    },
    {
      description: 'A nightly sample:',
      command: '<%= config.bin %> <%= command.id %> sales-order --sample 1% --where \'shop = "de"\' --json',
    },
  ]

  static override strict = false

  static override args = {
    flow: Args.string({description: 'its name', required: true, ignoreStdin: true}),
    keys: Args.string({description: 'business keys; by default all of the flow', ignoreStdin: true}),
  }

  static override flags = {
    ...resyncSelectionFlags,
    ...fromLedgerFlag,
    out: Flags.string({summary: 'write the plan to this file, for resync apply', helpValue: '<file>'}),
    'diff-only': Flags.boolean({summary: 'list only what apply would send'}),
    limit: Flags.integer({summary: 'keys to list at most', default: 100, min: 0}),
    ...unmaskFlags,
    ...jobFlags,
  }

  async run(): Promise<ResyncPlanResult> {
    const {argv, args, flags} = await this.parse(ResyncPlan)
    const config = await loadConfig(flags.config, process.env)
    const request = await readResyncSelection(argv.map(String).slice(1), flags)
    const database = await this.ledger(config)
    const job = await this.beginJob(database, flags)
    if (flags.unmask) await recordUnmasking(database, operatorOf(this, flags), [{flow: args.flow}])
    const head = {flow: args.flow, createdAt: systemClock.now(), createdBy: flags.actor}
    const isWorthShowing = (entry: Entry): boolean => (flags['diff-only'] ? isSendable(entry) : entry.class !== 'equal')
    const say = (line: string): void => this.say(line)
    const planned = await planResync(
      {config, database},
      {
        ...head,
        ...flags,
        isFromLedger: flags['from-ledger'],
        request,
        isWorthShowing,
        say,
      },
    )

    const {tally, shown, more} = planned
    const {counts, keys, unknown, isTruncated: truncated} = tally
    if (shown.length > 0) this.log(`${presentEntries(shown, more)}\n`)
    this.log(`${presentTally(tally)}\n\n${verdictOf(tally)}`)
    if (flags.out !== undefined && sendableOf(counts) > 0)
      this.log(`Carry it out: erpsync resync apply ${quoteForShell(flags.out)}`)
    this.exitWith(planExitCode(tally))
    job.tell({counts: {keys, ...counts}, why: verdictOf(tally)})
    const out = flags.out ?? null
    return {
      ...head,
      selection: request.text,
      internal: internalKindOf(findFlow(config, args.flow), flags['from-ledger']),
      keys,
      counts,
      unknown,
      truncated,
      entries: shown,
      more,
      out,
    }
  }
}
