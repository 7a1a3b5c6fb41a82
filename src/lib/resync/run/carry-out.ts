import type {Clock} from '#lib/kernel/clock.js'
import {wait} from '#lib/kernel/wait.js'
import {openErpWatch} from '#lib/ledger/erp-watch.js'
import type {Operator} from '#lib/ledger/trail.js'
import type {FailureWords} from '#lib/metering/breached-rule.js'
import {decideStep, type Step} from '#lib/metering/decide-step.js'
import {afterOutcomes, afterSending, atMoment, freshMemory, standingOf} from '#lib/metering/memory.js'
import type {RunEnd} from '#lib/metering/run-end.js'
import {haltRun} from './halt.js'
import {drainRun, leaveRun, lookAt} from './look.js'
import {meteredOf, type ResyncRun} from './resync-run.js'
import {type Sender, sendItems} from './send-items.js'
import {opensAt} from './send-window.js'

export interface CarryOptions extends Sender {
  readonly operator: Operator
  readonly destination: string
  readonly clock: Clock
  /** How long nothing may have an outcome while something is on its way. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** `opensAt` is when its window opens; null if it may send. */
  readonly onProgress: (run: ResyncRun, opensAt: Date | null) => void
}

export interface Ended {
  readonly end: RunEnd
  readonly run: ResyncRun
}

/**
 * Carries out a running resync whose lease is ours: sends what its guards allow,
 * and only within its window, judges what was sent by what SAP said, and goes on
 * until every key has an outcome or something says stop. Whatever counts is in
 * PostgreSQL: killed at any line, it can be resumed by another process.
 */
export async function carryOut(id: string, options: CarryOptions): Promise<Ended> {
  const {database, lease, operator, clock, timeoutMs, signal} = options
  const {flow} = options.door
  const watch = openErpWatch(database, async () => [flow], new Map([[flow, options.destination]]))
  let memory = freshMemory(performance.now())
  let renewedAt = performance.now()
  for (;;) {
    const isRenewalDue = performance.now() - renewedAt > lease.leaseMs / renewals
    const {run, judged, isTakenOver} = await lookAt(database, id, operator, isRenewalDue ? lease : null)
    const now = performance.now()
    if (isRenewalDue) renewedAt = now
    const opening = opensAt(run.window, clock.now())
    options.onProgress(run, opening)
    if (isTakenOver) return {end: 'taken_over', run}
    if (run.state !== 'running') return {end: run.state, run}
    if (signal.aborted) return interrupt(id, options)

    watch.note(judged.map(({messageId}) => messageId))
    const outcomes = judged.map(({outcome}) => outcome)
    memory = afterOutcomes(memory, outcomes, now)
    if (run.counts.sent > 0 && now - memory.movedAtMs > timeoutMs) return giveUp(run, options)

    const metered = meteredOf(run)
    memory = atMoment(memory, metered, now)
    const watchesErp = run.guards.stopOn.some(({kind}) => kind === 'erp_slow')
    const standing = standingOf(memory, metered, watchesErp ? await watch.look() : null, now)
    const step = decideStep(standing, run.guards, words)
    if (step.kind === 'stop') {
      await haltRun(database, id, {state: 'stopped', why: step.why}, operator)
      return {end: 'stopped', run: await drainRun(database, id, drainOf(options))}
    }
    const sent = opening === null || step.kind !== 'send' ? await take(id, step, options) : 0
    memory = afterSending(memory, metered, sent, now)
    if (step.kind !== 'pass_canary') await wait(now + pollMs - performance.now(), signal)
  }
}

/** Sends everything that can go at once, without waiting for outcomes, and leaves the run to itself. */
export async function sendAtOnce(id: string, sender: Sender & {readonly operator: Operator}): Promise<ResyncRun> {
  for (;;) {
    const sending = await sendItems(sender, id, Number.MAX_SAFE_INTEGER)
    if (sending.kind === 'halted' || sending.sent + sending.skipped === 0) break
  }
  return leaveRun(sender.database, id, sender.lease, sender.operator)
}

/** Carries out a step that does not end the run, and tells how many keys were sent. */
async function take(id: string, step: Exclude<Step, {kind: 'stop'}>, options: CarryOptions): Promise<number> {
  switch (step.kind) {
    case 'send': {
      let sent = 0
      for (let most = step.most; most > 0 && !options.signal.aborted; most = step.most - sent) {
        const sending = await sendItems(options, id, most)
        if (sending.kind === 'halted' || sending.sent + sending.skipped === 0) break
        sent += sending.sent
      }
      return sent
    }
    case 'pass_canary':
      await options.database.query('update erpsync.resync_run set canary_passed_at = now() where id = $1', [id])
      return 0
    case 'wait':
      return 0
  }
}

async function interrupt(id: string, options: CarryOptions): Promise<Ended> {
  const {database, operator} = options
  await haltRun(database, id, {state: 'paused', why: `interrupted by ${operator.actor}`}, operator)
  return {end: 'interrupted', run: await drainRun(database, id, drainOf(options))}
}

/** What was sent may have its outcome later; nothing is lost by not waiting for it. */
async function giveUp({id, counts}: ResyncRun, options: CarryOptions): Promise<Ended> {
  const {database, lease, operator, timeoutMs} = options
  if (counts.pending > 0) {
    const why = `nothing on its way had an outcome for ${Number((timeoutMs / 1000).toFixed(1))} s`
    await haltRun(database, id, {state: 'paused', why}, operator)
  }
  return {end: 'overdue', run: await leaveRun(database, id, lease, operator)}
}

function drainOf({operator, timeoutMs, onProgress}: CarryOptions) {
  return {operator, timeoutMs, onProgress: (run: ResyncRun) => onProgress(run, null)}
}

const words: FailureWords = {failed: 'died', failedNew: 'one died for a reason that was not there before'}
const pollMs = 100
const renewals = 4
