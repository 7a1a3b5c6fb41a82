import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database} from '#lib/db/database.js'
import {wait} from '#lib/kernel/wait.js'
import type {Operator} from '#lib/ledger/trail.js'
import type {FailureWords} from '#lib/metering/breached-rule.js'
import {decideStep, type Step} from '#lib/metering/decide-step.js'
import {openErpWatch} from '#lib/ledger/erp-watch.js'
import {pauseOperation, stopOperation} from './halt.js'
import {drainOperation, leaveOperation, lookAt} from './look.js'
import {afterOutcomes, afterSending, atMoment, freshMemory, standingOf} from '#lib/metering/memory.js'
import type {RunEnd} from '#lib/metering/run-end.js'
import {flowsOf, meteredOf, type Operation} from './operation.js'
import {type Sending, sendItems} from './send-items.js'
import type {Lease} from './start.js'

export interface RunOptions {
  readonly lease: Lease
  readonly operator: Operator
  /** The destination of every flow. */
  readonly destinations: ReadonlyMap<string, string>
  /** How long nothing may have an outcome while something is on its way. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly onProgress: (operation: Operation) => void
}

export interface Ended {
  readonly end: RunEnd
  readonly operation: Operation
}

/**
 * Carries out a running operation whose lease is ours: sends what its guards
 * allow, judges what was sent by what SAP said, and goes on until everything has
 * an outcome or something says stop. Whatever counts is in PostgreSQL: killed at
 * any line, it can be resumed by another process.
 */
export async function runOperation(database: Database, id: string, options: RunOptions): Promise<Ended> {
  const {lease, operator, destinations, timeoutMs, signal, onProgress} = options
  const watch = openErpWatch(database, async () => flowsOf(database, id), destinations)
  let memory = freshMemory(performance.now())
  let renewedAt = performance.now()
  for (;;) {
    const isRenewalDue = performance.now() - renewedAt > lease.leaseMs / renewals
    const {operation, judged, isTakenOver} = await lookAt(database, id, operator, isRenewalDue ? lease : null)
    const now = performance.now()
    if (isRenewalDue) renewedAt = now
    onProgress(operation)
    if (isTakenOver) return {end: 'taken_over', operation}
    if (operation.state !== 'running') return {end: endOf(operation), operation}
    if (signal.aborted) return interrupt(database, id, options)

    watch.note(judged.map(({messageId}) => messageId))
    memory = afterOutcomes(
      memory,
      judged.map(({outcome}) => outcome),
      now,
    )
    if (operation.counts.sent > 0 && now - memory.movedAtMs > timeoutMs) return giveUp(database, operation, options)

    const metered = meteredOf(operation)
    memory = atMoment(memory, metered, now)
    const watchesErp = operation.guards.stopOn.some(({kind}) => kind === 'erp_slow')
    const standing = standingOf(memory, metered, watchesErp ? await watch.look() : null, now)
    const step = decideStep(standing, operation.guards, letterWords)
    if (step.kind === 'stop') {
      await stopOperation(database, id, step.why, operator)
      return {end: 'stopped', operation: await drainOperation(database, id, options)}
    }
    memory = afterSending(memory, metered, await take(database, id, step, options), now)
    // Many outcomes at each look cost less than a look for each.
    if (step.kind !== 'pass_canary') await wait(now + pollMs - performance.now(), signal)
  }
}

/** Sends everything that can go at once, without waiting for outcomes, and leaves the operation to itself. */
export async function sendAtOnce(
  database: Database,
  id: string,
  {lease, operator}: Pick<RunOptions, 'lease' | 'operator'>,
): Promise<Operation> {
  for (;;) {
    const sending = await send(database, id, Number.MAX_SAFE_INTEGER, {lease, operator})
    if (sending.kind === 'halted' || sending.sent + sending.skipped === 0) break
  }
  return leaveOperation(database, id, lease, operator)
}

/** Carries out a step that does not end the run, and tells how many letters were sent. */
async function take(
  database: Database,
  id: string,
  step: Exclude<Step, {kind: 'stop'}>,
  options: RunOptions,
): Promise<number> {
  switch (step.kind) {
    case 'send': {
      let sent = 0
      for (let most = step.most; most > 0 && !options.signal.aborted; most = step.most - sent) {
        const sending = await send(database, id, most, options)
        if (sending.kind === 'halted' || sending.sent + sending.skipped === 0) break
        sent += sending.sent
      }
      return sent
    }
    case 'pass_canary':
      await database.query('update erpsync.operation set canary_passed_at = now() where id = $1', [id])
      return 0
    case 'wait':
      return 0
  }
}

async function send(
  database: Database,
  id: string,
  most: number,
  {lease, operator}: Pick<RunOptions, 'lease' | 'operator'>,
): Promise<Sending> {
  return againIfBrokenOff(async () => sendItems(database, id, {lease, most, actor: operator.actor}))
}

async function interrupt(database: Database, id: string, options: RunOptions): Promise<Ended> {
  const {operator} = options
  await pauseOperation(database, id, `interrupted by ${operator.actor}`, operator)
  return {end: 'interrupted', operation: await drainOperation(database, id, options)}
}

/** What was sent may have its outcome later; nothing is lost by not waiting for it. */
async function giveUp(
  database: Database,
  {id, counts}: Operation,
  {lease, operator, timeoutMs}: RunOptions,
): Promise<Ended> {
  if (counts.pending > 0) {
    const why = `nothing on its way had an outcome for ${Number((timeoutMs / 1000).toFixed(1))} s`
    await pauseOperation(database, id, why, operator)
  }
  return {end: 'overdue', operation: await leaveOperation(database, id, lease, operator)}
}

function endOf({state}: Operation): RunEnd {
  switch (state) {
    case 'finished':
    case 'stopped':
    case 'paused':
    case 'cancelled':
      return state
    case 'planned':
    case 'running':
      throw new Error(`an operation that is ${state} has not ended`)
  }
}

const letterWords: FailureWords = {
  failed: 'died again',
  failedNew: 'a letter died again for another reason than before',
}
const pollMs = 100
const renewals = 4
