import {Flags} from '@oclif/core'
import {allFlows, type Config, loadConfig} from '#lib/config/load.js'
import {presentPruned, presentPrunePlan} from '#lib/deadletters/retention/present-prune.js'
import {planPrune, prune, type PrunePlan} from '#lib/deadletters/retention/prune.js'
import type {PruneCounts} from '#lib/deadletters/retention/step.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirm} from '#cli/confirm.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {durationFlag} from '#cli/duration-flag.js'
import {jobFlags} from '#cli/job-flags.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {stopCode, stopOnSignal} from '#cli/stop-on-signal.js'

type DbPruneResult = PrunePlan & {
  /** Null with --dry-run, or if there was nothing. */
  readonly removed: PruneCounts | null
}

export default class DbPrune extends BaseCommand {
  static override summary = 'Remove what is over and older than its retention.'

  static override description = `Letters that are resolved or discarded, attempts and published copies of messages that are over,
and operations that are over. Never what is open, under way or in doubt, and never the trail.
Messages stay, since by them what is sent a second time is recognised, unless
--messages-older-than is given. What is removed cannot be restored. docs/retention.md tells
more.

Exit codes: 0 done, 9 declined, 75 another process runs the same job, 130 or 143 stopped by a signal after the batch under way.`

  static override examples = [
    {description: 'Look first:', command: '<%= config.bin %> <%= command.id %> --dry-run'},
    {
      description: 'From cron:',
      command: '<%= config.bin %> <%= command.id %> --older-than 45d --yes --cron --job prune',
    },
  ]

  static override flags = {
    'older-than': durationFlag({
      summary: 'how long to keep what is over',
      default: 45 * 86_400_000,
      defaultHelp: async () => '45d',
    }),
    'messages-older-than': durationFlag({
      summary: 'remove messages, too, that have been over for so long; longer than anybody may send them again',
    }),
    'dry-run': dryRunFlag('count, remove nothing'),
    yes: Flags.boolean({summary: 'do not ask'}),
    ...freeOperatorFlags,
    ...jobFlags,
  }

  async run(): Promise<DbPruneResult> {
    const {flags} = await this.parse(DbPrune)
    const config = await loadConfig(flags.config, process.env)
    const retention = {historyMs: flags['older-than'], messagesMs: flags['messages-older-than'] ?? null}
    if (retention.messagesMs !== null) requireHorizon(config, retention.historyMs, retention.messagesMs)
    const database = await this.ledger(config)
    const job = await this.beginJob(database, flags)
    const plan = await planPrune(database, retention)
    const isNothing = Object.values(plan.counts).every((count) => count === 0)
    if (flags['dry-run'] || isNothing) {
      this.log(presentPrunePlan(plan))
      return {...plan, removed: null}
    }
    this.say(presentPrunePlan(plan))
    if (!flags.yes) await confirm('Remove all of it?', {json: this.jsonEnabled()})

    const signal = stopOnSignal()
    const counter = openCounter(process.stderr)
    const removed = await prune(database, plan, operatorOf(this, flags), {
      signal,
      onProgress: (so) => counter.show(`${Object.values(so).reduce((sum, count) => sum + count, 0)} rows removed`),
    }).finally(counter.clear)
    this.log(presentPruned(removed, signal.aborted))
    job.tell({counts: {...removed}})
    this.exitWith(stopCode(signal) ?? exitCodes.ok)
    return {...plan, removed}
  }
}

/** By a message that is gone, nobody recognises a second copy of it. */
function requireHorizon(config: Config, historyMs: number, messagesMs: number): void {
  const longest = Math.max(historyMs, ...allFlows(config).map(({retry}) => retry.maxAge))
  if (messagesMs >= longest) return
  throw new ErpSyncError('--messages-older-than is shorter than --older-than, or than the maxAge of a flow.', {
    code: 'retention_too_short',
    exitCode: exitCodes.usage,
    hint: 'Messages are kept longer than anybody may send them again; docs/retention.md tells why.',
  })
}
