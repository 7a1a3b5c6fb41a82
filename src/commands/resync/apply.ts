import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {noGuards} from '#lib/metering/guards.js'
import {sendableClasses} from '#lib/resync/entry.js'
import {presentSentRun, runCountsText} from '#lib/resync/run/present-run.js'
import type {ResyncRun} from '#lib/resync/run/resync-run.js'
import {beginRun, takePlan} from '#cli/apply-plan.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmFlags} from '#cli/confirm-count.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {durationFlag} from '#cli/duration-flag.js'
import {readGuardFlags} from '#cli/guard-flags.js'
import {jobFlags} from '#cli/job-flags.js'
import {operatorOf} from '#cli/operator-flags.js'
import {resyncRunFlags} from '#cli/resync-run-flags.js'
import {runEndText} from '#cli/run-end.js'
import {newLease} from '#cli/run-operation.js'
import {followRun, presentFollowedRun, sendRun} from '#cli/run-resync.js'

interface ResyncApplyResult {
  /** How it stands; null if there was nothing to send, or with --dry-run. */
  readonly run: ResyncRun | null
  /** Keys of the plan that were to be sent. */
  readonly keys: number
  readonly dryRun: boolean
}

export default class ResyncApply extends BaseCommand {
  static override summary = 'Bring SAP back to what a plan says it should hold.'

  static override description = `Sends what the plan found missing, stale or a mismatch. Each key enters as a new message through the door, and never
goes straight to SAP; delivered, it changes what differs, or creates what SAP does not know. What is only in SAP stays
there. If one key has moved since it was planned (a newer message, or one under way), nothing at all is sent.

Without guards and --wait, everything is sent and the command ends; erpsync resync show tells the rest. With --wait, a
window or any guard, the command follows to the end, since it is what meters. Ctrl-C once sends nothing more, waits for
what is on its way and saves; killed, it can be resumed as well: erpsync resync resume. Written to the trail.

More than 10 keys are confirmed, more than 1000 by typing their number or with --confirm.

Exit codes: 0 sent (if waited for: all resolved), 2 not confirmed where there is no terminal, 3 some were skipped, or are
dead, 4 stopped by a guard, 7 the plan is too old, its keys have moved or belong to another resync, or somebody cancelled
it, 8 the wait ended before all had an outcome, or somebody paused it, 9 declined, 65 the plan was changed, 75
another process runs the same job, 130 interrupted and saved.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> plan.json --wait',
    {
      description: 'Carefully, and at night:',
      command:
        '<%= config.bin %> <%= command.id %> plan.json --canary 5 --rate 10/s --stop-on "5%|new-group" --window 20:00-06:00 --max-age 12h --yes',
    },
  ]

  static override args = {plan: Args.string({description: 'file that resync plan --out has written', required: true})}

  static override flags = {
    only: Flags.option({
      options: sendableClasses,
      summary: 'only keys of this class; may be repeated',
      multiple: true,
    })(),
    'max-age': durationFlag({
      summary: 'how old the plan may be',
      default: 3_600_000,
      defaultHelp: async () => '1h',
    }),
    'dry-run': dryRunFlag('say what would be sent, send nothing'),
    ...resyncRunFlags,
    ...confirmFlags,
    wait: Flags.boolean({summary: 'wait until every key is resolved or dead'}),
    ...jobFlags,
  }

  async run(): Promise<ResyncApplyResult> {
    const {args, flags} = await this.parse(ResyncApply)
    const config = await loadConfig(flags.config, process.env)
    const database = flags['dry-run'] ? null : await this.ledger(config)
    const job = await this.beginJob(database, flags)
    const taken = await takePlan({config}, args.plan, {only: flags.only, maxAgeMs: flags['max-age']})
    const {keys, internal, request} = taken
    if (keys === 0 || database === null) {
      this.log(keys === 0 ? 'Nothing to send.' : `${keys} keys of ${request.flow} would be sent.`)
      return {run: null, keys, dryRun: flags['dry-run']}
    }
    const work = {config, database, operator: operatorOf(this, flags), lease: newLease()}
    const [guards, window] = [readGuardFlags(flags), flags.window ?? null]
    const started = {...taken, guards: guards ?? noGuards, window}
    const id = await beginRun(work, started, {...flags, json: this.jsonEnabled()})
    job.tell({runId: id})
    if (!flags.wait && guards === null && window === null) {
      const run = await sendRun(work, {id, flow: request.flow, internal})
      this.log(presentSentRun(run))
      if (run.counts.skipped > 0) this.exitWith(exitCodes.someFailed)
      job.tell({counts: {...run.counts}, why: runCountsText(run.counts)})
      return {run, keys, dryRun: false}
    }
    this.say(`Resync ${id}`)
    const followed = await followRun(work, {id, flow: request.flow, internal}, flags.timeout, (line) => this.say(line))
    this.log(presentFollowedRun(followed))
    this.exitWith(followed.exitCode)
    const {end, run} = followed
    job.tell({counts: {...run.counts}, why: `${runEndText(end, run)} ${runCountsText(run.counts)}`})
    return {run, keys, dryRun: false}
  }
}
