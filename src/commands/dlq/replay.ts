import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {PlanFacts} from '#lib/deadletters/operations/describe-plan.js'
import type {Foresight} from '#lib/deadletters/operations/foresee.js'
import {isMetered} from '#lib/metering/guards.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {presentPlan} from '#lib/deadletters/operations/present-plan.js'
import {presentSent, replayedOf, type ReplayOutcome, replayOutcome} from '#lib/deadletters/operations/present-replay.js'
import {sendAtOnce} from '#lib/deadletters/operations/run-operation.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmFlags} from '#cli/confirm-count.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {durationFlag} from '#cli/duration-flag.js'
import {guardFlags, readGuardFlags} from '#cli/guard-flags.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {beginReplay, type PlannedReplay, planReplay} from '#cli/plan-replay.js'
import {followOperation, newLease, presentFollowed} from '#cli/run-operation.js'
import {readReplaySource, selectionFlags} from '#cli/selection-flags.js'

interface DlqReplayResult {
  /** How it stands; null if nothing was begun. */
  readonly operation: Operation | null
  readonly dryRun: boolean
  /** Letters that were sent, or with --dry-run would be. */
  readonly replayed: number
  /** Letters that were not, the first hundred. */
  readonly skipped: readonly {readonly id: string; readonly why: string}[]
  /** What became of them; null unless the command waited. */
  readonly outcome: ReplayOutcome | null
  /** With --dry-run, what is to be expected. */
  readonly plan: (PlanFacts & Foresight) | null
}

export default class DlqReplay extends BaseCommand {
  static override summary = 'Send dead letters to SAP again.'

  static override description = `What will be sent is counted first and then frozen: what dies later is not among it. A
replay goes through the outbox like a first delivery and has a lane of its own. A letter whose call may have reached SAP
is looked up before it is sent. How a letter ended is judged by what SAP said, not by its having been sent.

Without guards and --wait, everything is sent and the command ends; erpsync dlq ops show tells the rest. With --wait, or
with any guard, the command follows to the end, since it is what meters: oldest first, one letter of a key at a time.
Ctrl-C once sends nothing more, waits for what is on its way and saves; killed, it can be resumed as well:
erpsync dlq ops resume.

More than 10 letters are confirmed, more than 1000 by typing their number or with --confirm.

Exit codes: 0 sent (if waited for: all resolved), 2 not confirmed where there is no terminal, 3 some were skipped, or are
dead again, 4 stopped by a guard, 7 letters belong to another operation, or somebody cancelled it, 8 the wait ended before
all had an outcome, or somebody paused it, 9 declined, 130 interrupted and saved.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --wait',
    {description: 'Look first:', command: '<%= config.bin %> <%= command.id %> --flow sales-order --dry-run'},
    {
      description: 'Carefully:',
      command:
        '<%= config.bin %> <%= command.id %> -q "flow:sales-order code:sap:VP/204" --canary 5 --rate 10/s --stop-on "5%|new-group"',
    },
    {description: 'From a script:', command: '<%= config.bin %> <%= command.id %> --all --yes --wait --json'},
  ]

  static override strict = false

  static override args = {
    ids: Args.string({
      description: 'a group, or letters by their ids or those of their messages',
      // Else oclif takes what is piped in, for --ids-from, for an argument.
      ignoreStdin: true,
    }),
  }

  static override flags = {
    ...selectionFlags,
    plan: Flags.string({summary: 'the letters of a plan that dlq plan made', helpValue: '<file>'}),
    limit: Flags.integer({summary: 'only so many, the oldest', min: 1, exclusive: ['plan']}),
    'dry-run': dryRunFlag('say what would be sent, send nothing'),
    ...guardFlags,
    ...confirmFlags,
    wait: Flags.boolean({summary: 'wait until every letter is resolved or dead again'}),
    timeout: durationFlag({
      summary: 'how long to wait while nothing on its way has an outcome',
      default: 600_000,
      defaultHelp: async () => '10m',
    }),
    ...freeOperatorFlags,
  }

  async run(): Promise<DlqReplayResult> {
    const {argv, flags} = await this.parse(DlqReplay)
    const config = await loadConfig(flags.config, process.env)
    const source = await readReplaySource(config, argv.map(String), flags)
    const work = {config, database: await this.ledger(config), operator: operatorOf(this, flags), lease: newLease()}
    const guards = readGuardFlags(flags)
    const planned = await planReplay(work, source, guards)
    this.say(`Letters: ${planned.operation.query}`)
    if (flags['dry-run'] || planned.facts.letters === 0) return this.#lookOnly(planned, flags['dry-run'])

    const {id} = planned.operation
    const isFollowed = flags.wait || guards !== null || isMetered(planned.operation.guards)
    await beginReplay(work, planned, isFollowed, {...flags, json: this.jsonEnabled(), say: (text) => this.say(text)})
    const base = {dryRun: false, skipped: planned.skipped, plan: null}
    if (!isFollowed) {
      const operation = await sendAtOnce(work.database, id, work)
      this.log(presentSent(operation, planned.skipped))
      if (operation.counts.skipped + planned.skipped.length > 0) this.exitWith(exitCodes.someFailed)
      return {...base, operation, replayed: replayedOf(operation.counts), outcome: null}
    }
    const followed = await followOperation(work, id, flags.timeout)
    this.log(presentFollowed(followed))
    this.exitWith(
      followed.exitCode === exitCodes.ok && planned.skipped.length > 0 ? exitCodes.someFailed : followed.exitCode,
    )
    const {operation} = followed
    return {...base, operation, replayed: replayedOf(operation.counts), outcome: replayOutcome(operation.counts)}
  }

  async #lookOnly(
    {operation, facts, foresight, skipped, forget}: PlannedReplay,
    dryRun: boolean,
  ): Promise<DlqReplayResult> {
    await forget()
    this.log(presentPlan(facts, foresight))
    if (!dryRun && skipped.length > 0) this.exitWith(exitCodes.someFailed)
    return {
      operation: null,
      dryRun,
      replayed: dryRun ? operation.counts.pending : 0,
      skipped,
      outcome: null,
      plan: dryRun ? {...facts, ...foresight} : null,
    }
  }
}
