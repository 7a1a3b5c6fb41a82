import {hostname} from 'node:os'
import {Args} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {openDoor} from '#lib/intake/door.js'
import {presentOutcomes, presentPush, pushText} from '#lib/intake/present-push.js'
import {findInputs} from '#lib/intake/readers/input.js'
import {type Checker, openChecker, openThreadedChecker} from '#lib/intake/runs/checker.js'
import type {Reject} from '#lib/intake/runs/check-lines.js'
import type {RunOutcomes} from '#lib/intake/runs/outcomes.js'
import type {PushEnd} from '#lib/intake/runs/push-lines.js'
import type {PushCounts, PushRun} from '#lib/intake/runs/push-run.js'
import {type PushRequest, runPush, tryPush} from '#lib/intake/runs/run-push.js'
import {waitForOutcomes} from '#lib/intake/runs/wait-for-outcomes.js'
import {openCounter} from '#lib/output/counter.js'
import {actorFlag} from '#cli/actor-flag.js'
import {BaseCommand} from '#cli/base-command.js'
import {pushExitCode} from '#cli/push-exit-code.js'
import {jobFlags} from '#cli/job-flags.js'
import {csvOf, pushFlags} from '#cli/push-flags.js'
import {pushFromSource, requirePaths, sourceFlags} from '#cli/push-source.js'
import {openPushTalk} from '#cli/push-talk.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'

interface PushResult extends PushCounts {
  readonly flow: string
  readonly files: readonly string[]
  readonly dryRun: boolean
  /** The run, by which `push show` finds every line; null if nothing was written. */
  readonly run: string | null
  /** Whether it goes on with a run that was broken off; the counts are of all of it. */
  readonly isResumed: boolean
  /** Why it ended before all was read; null if it did not. */
  readonly why: string | null
  /** What became of the messages; null unless the command waited. */
  readonly outcome: RunOutcomes | null
  /** The first rejected lines, personal data masked; all of them, as they came, are in the file of `--rejects`. */
  readonly rejects: readonly Reject[]
}

export default class Push extends BaseCommand {
  static override summary = 'Accept documents into a flow, from files or from its source.'

  static override description = `Reads NDJSON, JSON arrays and CSV, compressed by gzip or not, by path, pattern or standard
input. Each document is checked against the flow's schema and mapping; what passes is committed to PostgreSQL and will not
be lost, what does not is named by line and field. The same document again is a duplicate and changes nothing.

A push that was broken off, by whatever, goes on where it stopped when the same command is typed again.

With --from-source, what is new is read by the source query of the flow; what is refused is read again by every run.

Exit codes: 0 all accepted or duplicate (if waited for: and none dead), 3 some rejected or dead, 4 stopped by --on-error or
--max-failures, 8 the wait ended before all had an outcome, 65 all rejected, 66 no such file, 69 PostgreSQL not reachable,
75 another process pushes the same files, or runs the same job.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order orders.ndjson --rejects rejects.ndjson',
    {
      description: 'Check only:',
      command: 'cat orders.ndjson | <%= config.bin %> <%= command.id %> sales-order - --validate-only',
    },
    {
      description: 'All files of a folder, and follow them into SAP:',
      command: '<%= config.bin %> <%= command.id %> sales-order "outbox/*.csv.gz" --max-failures 1% --wait',
    },
    {
      description: 'What is new in the source of the flow:',
      command: '<%= config.bin %> <%= command.id %> sales-order --from-source',
    },
  ]

  static override strict = false

  static override args = {
    flow: Args.string({description: 'flow to push into', required: true, ignoreStdin: true}),
    files: Args.string({description: 'files, patterns, or - for standard input', ignoreStdin: true}),
  }

  static override flags = {...pushFlags, ...sourceFlags, ...jobFlags, actor: actorFlag()}

  async run(): Promise<PushResult> {
    const {argv, args, flags} = await this.parse(Push)
    const config = await loadConfig(flags.config, process.env)
    const flow = findFlow(config, args.flow)
    const isTrial = flags['dry-run'] || flags['validate-only']
    const paths = requirePaths(argv.slice(1).map(String), flags)
    const database = flags['validate-only'] ? null : await this.ledger(config)
    const signal = stopOnSignal()
    const job = await this.beginJob(database, flags)
    const [door, inputs] = [await openDoor(flow), await findInputs(paths)]
    const talk = openPushTalk(door, {isOneFile: inputs.length <= 1, say: (line) => this.say(line)})
    // At a given pace there is nothing to be gained.
    const checker = flags.rate === undefined ? openThreadedChecker(door, flow) : openChecker(door)
    const request = {
      door,
      checker,
      rejectsFile: flags.rejects ?? null,
      stopsAtReject: flags['on-error'] === 'stop',
      limit: flags['max-failures'] ?? null,
      ratePerS: flags.rate ?? null,
      startedBy: flags.actor,
      host: hostname(),
      signal,
      ...talk.hears,
      onRun: (run: PushRun, isResumed: boolean) => {
        job.tell({runId: run.id})
        talk.hears.onRun(run, isResumed)
      },
    }
    const onNotice = (text: string): void => this.say(text)
    const pushing =
      flags['from-source'] && database !== null
        ? pushFromSource({config, flow, database}, flags, {...request, isTrial, onNotice})
        : pushFiles(database, {...request, inputs, format: flags.format, csv: csvOf(flow, flags)}, isTrial)
    const pushed = await closing(checker, pushing)
    talk.end()

    const {run, end} = pushed
    const why = 'why' in end ? end.why : null
    // A run that goes on is one push: what was rejected before counts as well.
    const counts = run?.counts ?? end.counts
    this.log(presentPush(counts, {flow: flow.name, isTrial, rejectsFile: flags.rejects}))
    if (why !== null) this.say(`Stopped: ${why}.`)
    if (end.kind !== 'all_read' && run !== null) this.say('Type the same again, and it goes on behind its last batch.')
    const outcome =
      run !== null && database !== null && flags.wait && end.kind === 'all_read'
        ? await this.#follow(database, run.id, flags.timeout, signal)
        : null
    this.exitWith(pushExitCode(end, counts, outcome, {signal, isFromSource: flags['from-source']}))
    job.tell({counts: {...counts, ...outcome}, why: why ?? pushText(counts, outcome)})
    return {
      flow: flow.name,
      files: flags['from-source'] ? ['source'] : inputs.map(({name}) => name),
      dryRun: isTrial,
      run: run?.id ?? null,
      isResumed: talk.isResumed(),
      why,
      ...counts,
      outcome,
      rejects: talk.rejects,
    }
  }

  async #follow(database: Database, id: string, timeoutMs: number, signal: AbortSignal): Promise<RunOutcomes> {
    const counter = openCounter(process.stderr)
    const onProgress = (outcomes: RunOutcomes) => counter.show(presentOutcomes(outcomes))
    const outcome = await waitForOutcomes(database, id, {timeoutMs, signal, onProgress})
    counter.clear()
    this.log(`Messages: ${presentOutcomes(outcome)}.`)
    if (outcome.dead > 0) this.log(`What died: erpsync push show ${id} --failed`)
    return outcome
  }
}

async function pushFiles(
  database: Database | null,
  request: PushRequest,
  isTrial: boolean,
): Promise<{readonly run: PushRun | null; readonly end: PushEnd}> {
  return database === null || isTrial ? {run: null, end: await tryPush(database, request)} : runPush(database, request)
}

async function closing<Result>(checker: Checker, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } finally {
    await checker.close()
  }
}
