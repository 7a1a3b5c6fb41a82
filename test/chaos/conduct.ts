import {checkRun, type Verdict} from './check.js'
import type {Cast} from './configuration.js'
import {drain} from './drain.js'
import type {Ledger} from './ledger.js'
import {withOperator} from './operator.js'
import {makePlan, type Plan, type PlanInput} from './plan.js'
import {Pusher} from './pusher.js'
import {findLeftBehind} from './rfc-children.js'
import {openSap, type Sap} from './sap.js'
import {setStage, type Stage} from './stage.js'
import {workers as workerPlans} from './strike.js'
import {strikeAll} from './striker.js'
import {Worker} from './worker.js'

/** What a run has shown. */
export interface Outcome {
  /** Documents that entered. */
  readonly messages: number
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>
  readonly verdict: Verdict
  /** Where the logs are, if they were kept. */
  readonly logs: string | undefined
}

interface ConductOptions {
  readonly signal: AbortSignal
  readonly keep: boolean
  readonly say: (line: string) => void
}

/** Plays a plan on a stage of its own, lets the pipeline drain, and checks. Leaves nothing running, whatever happens. */
export async function conduct(
  input: Omit<PlanInput, 'flows'>,
  cast: Cast,
  {signal, keep, say}: ConductOptions,
): Promise<Outcome> {
  const plan = makePlan({...input, flows: cast.flows})
  say('bringing up PostgreSQL, RabbitMQ and a sandbox ERP')
  const stage = await setStage(cast, signal)
  let keepLogs = true
  try {
    const outcome = await play(plan, stage, {signal, say})
    keepLogs = keep || !isClean(outcome.verdict)
    return {...outcome, logs: keepLogs ? stage.folder : undefined}
  } catch (error) {
    if (!signal.aborted) say(`the logs are in ${stage.folder}`)
    throw error
  } finally {
    await stage.close({keepLogs: keepLogs && !signal.aborted})
  }
}

export function isClean({lost, bookedTwice, overwritten, unaccounted}: Verdict): boolean {
  return [lost, bookedTwice, overwritten, unaccounted].every((findings) => findings.length === 0)
}

async function play(
  plan: Plan,
  stage: Stage,
  {signal, say}: Pick<ConductOptions, 'signal' | 'say'>,
): Promise<Omit<Outcome, 'logs'>> {
  const {addresses, children} = stage
  const sap = openSap(addresses)
  const workers = workerPlans.map(({name, args}) => new Worker(children, name, args))
  const pusher = new Pusher(stage, signal)
  // From here on the clock of the plan runs: a failure that meets nobody proves nothing.
  for (const name of ['all', 'lanes']) {
    await children.waitFor(`worker-${name}`, '"worker ready"', {timeoutMs: readyMs, signal})
  }
  const startedAt = performance.now()
  const elapsedMs = () => performance.now() - startedAt

  say(`pushing ${plan.documents.length} documents while ${plan.strikes.length} things go wrong`)
  const {counts, ledger} = await withOperator(stage, {signal, say}, async () => {
    const [carriedOut] = await Promise.all([
      strikeAll({stage, workers, pusher, sap, signal, say}, plan.strikes, elapsedMs),
      pusher.pushAll(plan.pushes, elapsedMs),
    ])
    say('the plan is over; draining')
    // Faults that have not struck as often as they may strike on: all of them are counted, so they come to an end.
    const drained = await drain(addresses.postgresUrl, signal)
    await sap.clearFaults()
    say('replaying what died and is good')
    await replayGood(plan, stage, drained)
    return {counts: carriedOut, ledger: await drain(addresses.postgresUrl, signal)}
  })

  say('auditing')
  const objections = await audit(plan, stage)
  const ends = await Promise.all(workers.map(async (worker) => worker.retire(retireMs)))
  const leftBehind = await findLeftBehind(stage.configPath)
  const trouble = [
    ...objections,
    ...workers.flatMap(({unexpectedEnds}) => unexpectedEnds),
    ...ends.filter((end) => end !== undefined),
    ...leftBehind.map((pid) => `process ${pid} with SAP's library is still there, and its worker has ended`),
  ]
  const verdict = checkRun(plan.documents, {...ledger, effects: await sap.effects(), names: await sap.names()})
  return {
    messages: plan.documents.filter(({fate}) => fate !== 'refused').length,
    faults: await countFaults(counts, pusher, sap),
    verdict: {...verdict, unaccounted: [...verdict.unaccounted, ...trouble]},
  }
}

/** What an operator would do in the morning: send again whatever died for a cause that has passed. */
async function replayGood({documents}: Plan, {children}: Stage, {messages, letters}: Ledger): Promise<void> {
  const bad = new Set(
    documents.filter(({fate}) => fate === 'dead').map(({flow, key, version}) => `${flow} ${key} ${version}`),
  )
  const good = new Set<string | null>(
    messages.filter(({flow, key, version}) => !bad.has(`${flow} ${key} ${version}`)).map(({id}) => id),
  )
  const ids = letters.filter(({state, messageId}) => state === 'open' && good.has(messageId)).map(({id}) => id)
  for (let start = 0; start < ids.length; start += replayBatch) {
    const batch = ids.slice(start, start + replayBatch)
    await children.run('replay', ['dlq', 'replay', ...batch, '--yes', '--json'], replayMs)
  }
}

/** The product's own audit has to find nothing either, once everything is at rest. */
async function audit({documents}: Plan, {children}: Stage): Promise<readonly string[]> {
  const share = documents.length <= mostAskedFor ? 'all' : `${Math.ceil((100 * mostAskedFor) / documents.length)}%`
  const {code, stdout} = await children.run('audit', ['audit', '--sap', share], auditMs)
  return code === 0 ? [] : [`erpsync audit ended with ${code}:\n${stdout}`]
}

async function countFaults(
  counts: ReadonlyMap<string, number>,
  {killed}: Pusher,
  sap: Sap,
): Promise<Readonly<Record<string, number>>> {
  const ofSap = Object.entries(await sap.struck()).map(([kind, count]) => [`erp-${kind}`, count] as const)
  const all = new Map([...counts, ['push-kill', killed] as const, ...ofSap])
  return Object.fromEntries([...all].toSorted(([one], [other]) => one.localeCompare(other)))
}

const readyMs = 90_000
const retireMs = 100_000
const replayBatch = 200
const replayMs = 60_000
const mostAskedFor = 3000
const auditMs = 180_000
