import {Args, Flags} from '@oclif/core'
import {type Config, findFlow, loadConfig} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {followReplay, type ReplayOutcome} from '#lib/deadletters/follow-replay.js'
import {presentPlan, presentReplay} from '#lib/deadletters/present-letters.js'
import {
  planReplay,
  replayLetters,
  type ReplayPlan,
  type ReplayResult,
  type ReplaySelection,
} from '#lib/deadletters/replay.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {openCounter} from '#lib/output/counter.js'
import {actorFlag} from '#cli/actor-flag.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirm} from '#cli/confirm.js'
import {durationFlag} from '#cli/duration-flag.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'

type DlqReplayResult = ReplayResult & {
  readonly dryRun: boolean
  /** What became of them; null unless `--wait` was given. */
  readonly outcome: ReplayOutcome | null
}

export default class DlqReplay extends BaseCommand {
  static override summary = 'Send dead letters to SAP again.'

  static override description = `What will be sent is counted first and then frozen: what dies later is not among it. A
replay goes through the outbox like a first delivery and has a lane of its own. A letter whose call may have reached SAP
is looked up before it is sent.

Exit codes: 0 sent (with --wait: all resolved), 3 some were skipped, or with --wait: are dead again, 8 the wait
ended before all had an outcome, 9 declined.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --wait',
    {description: 'Look first:', command: '<%= config.bin %> <%= command.id %> --flow sales-order --dry-run'},
    {description: 'From a script:', command: '<%= config.bin %> <%= command.id %> --all --yes --wait --json'},
  ]

  static override strict = false

  static override args = {ids: Args.string({description: 'letters to replay, by their ids or those of their messages'})}

  static override flags = {
    flow: Flags.string({summary: 'all open letters of this flow', exclusive: ['all']}),
    all: Flags.boolean({summary: 'all open letters'}),
    'dry-run': Flags.boolean({summary: 'say what would be sent, send nothing'}),
    yes: Flags.boolean({summary: 'do not ask'}),
    wait: Flags.boolean({summary: 'wait until every letter is resolved or dead again'}),
    timeout: durationFlag({summary: 'how long --wait waits', default: 600_000, defaultHelp: async () => '10m'}),
    actor: actorFlag(),
  }

  async run(): Promise<DlqReplayResult> {
    const {argv, flags} = await this.parse(DlqReplay)
    const config = await loadConfig(flags.config, process.env)
    const selection = this.#readSelection(config, argv as string[], flags)
    const database = await this.ledger(config)
    const plan = await planReplay(database, selection)

    if (flags['dry-run'] || plan.letters.length === 0) {
      this.log(presentPlan(plan))
      if (!flags['dry-run'] && plan.skipped.length > 0) this.exitWith(exitCodes.someFailed)
      return {
        replayed: flags['dry-run'] ? plan.letters : [],
        skipped: plan.skipped,
        dryRun: flags['dry-run'],
        outcome: null,
      }
    }
    await this.#askFirst(plan, flags.yes || selection.kind === 'ids')
    const result = await replayLetters(database, plan, flags.actor)
    const outcome = flags.wait ? await this.#follow(database, result, flags.timeout) : null
    this.log(presentReplay(result, outcome))
    if (result.skipped.length > 0 || (outcome?.diedAgain ?? 0) > 0) this.exitWith(exitCodes.someFailed)
    if ((outcome?.pending ?? 0) > 0) this.exitWith(exitCodes.pending)
    return {...result, dryRun: false, outcome}
  }

  #readSelection(
    config: Config,
    ids: readonly string[],
    flags: {flow?: string | undefined; all: boolean},
  ): ReplaySelection {
    const unreadable = ids.find((id) => !isId(id))
    if (unreadable !== undefined) this.error(`"${unreadable}" is not the id of a letter.`, {exit: exitCodes.usage})
    if ([ids.length > 0, flags.flow !== undefined, flags.all].filter(Boolean).length !== 1) {
      this.error('Name letters by id, or a flow with --flow, or --all.', {exit: exitCodes.usage})
    }
    if (flags.all) return {kind: 'all'}
    return flags.flow === undefined ? {kind: 'ids', ids} : {kind: 'flow', flow: findFlow(config, flags.flow).name}
  }

  async #askFirst(plan: ReplayPlan, agreed: boolean): Promise<void> {
    if (agreed) return
    this.say(presentPlan(plan))
    await confirm(`Replay ${plan.letters.length} dead letters?`, {json: this.jsonEnabled()})
  }

  async #follow(database: Database, {replayed}: ReplayResult, timeoutMs: number): Promise<ReplayOutcome> {
    const counter = openCounter(process.stderr)
    const outcome = await followReplay(database, replayed, {
      timeoutMs,
      signal: stopOnSignal(),
      onProgress: ({resolved, diedAgain, pending}) => {
        counter.show(`${resolved} resolved, ${diedAgain} dead again, ${pending} on their way`)
      },
    })
    counter.clear()
    return outcome
  }
}
