import type {ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {cutAnswer, cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import {memberAt, type Parameters, readBody, withReference} from './body.js'
import {fitParameters} from './fit.js'
import {judgeError, judgeLease, judgeReturn, type Occasion} from './judge.js'
import type {Lease} from './lease.js'
import {monotonicMs} from './protocol.js'
import {errorsAmong, messageParameters, readMessages, type SapMessage} from './return-messages.js'
import {commitFunction, rollbackFunction, type Target} from './target.js'

/**
 * Carries the document into SAP as one unit of work: all steps on one
 * connection, and then, if that is the operation's way, one COMMIT. No step and
 * no COMMIT is begun once the signal has aborted or the time is over.
 */
export async function submitUnit(target: Target, document: ErpDocument, signal: AbortSignal): Promise<SubmitOutcome> {
  const {host, operation, interfaces, timeoutMs} = target
  // From here on, so that nothing is begun that a look-up takes for over by now: not even after this process stood still.
  const endMs = monotonicMs() + 2 * timeoutMs
  const names = operation.steps.map((step) => step.function)
  const unknown = await interfaces.read(target, names, signal)
  if (unknown !== undefined) return failed(unknown)
  const prepared = prepareSteps(target, document)
  if (!prepared.ok) return failed(prepared.failure)

  const warm = operation.commit === 'explicit' ? [...names, commitFunction, rollbackFunction] : names
  const leased = await host.lease(warm, Math.min(endMs, monotonicMs() + timeoutMs), signal)
  if (leased.kind !== 'leased') return failed(judgeLease(target, leased, 'call'))
  try {
    return await new UnitOfWork(target, leased.lease, endMs, signal).run(prepared.steps)
  } finally {
    leased.lease.release()
  }
}

interface PreparedStep {
  readonly name: string
  readonly parameters: Parameters
  /** The parameters with SAP's messages. */
  readonly messages: readonly string[]
  /** The one of these that has to be there. */
  readonly return: string | undefined
  readonly result: string | undefined
}

type Prepared =
  {readonly ok: true; readonly steps: readonly PreparedStep[]} | {readonly ok: false; readonly failure: Failure}

/** The steps with parameters that will go in without a loss, or why they will not. */
function prepareSteps(target: Target, document: ErpDocument): Prepared {
  const {operation, interfaces} = target
  const body = withReference(operation, readBody(document.body), document.reference)
  const steps: PreparedStep[] = []
  for (const [index, step] of operation.steps.entries()) {
    const shape = interfaces.of(step.function)
    const absent = [step.return, step.result?.split('.')[0]].find(
      (name) => name !== undefined && shape !== undefined && !shape.gives.has(name),
    )
    if (absent !== undefined) return {ok: false, failure: givesNone(step.function, absent)}
    const fitted = fitParameters(step.function, body.steps[index] ?? {}, shape)
    if (!fitted.ok) return fitted
    const {parameters} = fitted
    const messages = step.return === undefined ? messageParameters(shape) : [step.return]
    steps.push({name: step.function, parameters, messages, return: step.return, result: step.result})
  }
  return {ok: true, steps}
}

class UnitOfWork {
  readonly #target: Target
  readonly #lease: Lease
  readonly #endMs: number
  readonly #signal: AbortSignal

  constructor(target: Target, lease: Lease, endMs: number, signal: AbortSignal) {
    this.#target = target
    this.#lease = lease
    this.#endMs = endMs
    this.#signal = signal
  }

  async run(steps: readonly PreparedStep[]): Promise<SubmitOutcome> {
    let documentNumber: string | null = null
    const remarks: SapMessage[] = []
    for (const step of steps) {
      const result = await this.#call(step.name, step.parameters)
      if (!result.ok)
        return failed(judgeError(this.#target, result.error, this.#occasion('bapi', step.name, result.error)))
      if (step.return !== undefined && !Object.hasOwn(result.answer, step.return)) {
        await this.#rollBack()
        return failed(this.#untold(step.name, step.return))
      }
      const messages = step.messages.flatMap((name) => readMessages(result.answer, name))
      const [error, ...more] = errorsAmong(messages)
      if (error !== undefined) {
        await this.#rollBack()
        return failed(judgeReturn(this.#target, [error, ...more], this.#occasion('bapi', step.name)))
      }
      remarks.push(...messages)
      documentNumber = (step.result === undefined ? null : textAt(result.answer, step.result)) ?? documentNumber
    }
    const failure = this.#target.operation.commit === 'explicit' ? await this.#commit() : undefined
    if (failure !== undefined) return failed(failure)
    return {kind: 'done', documentNumber, ...(remarks.length === 0 ? {} : {answer: cutAnswer({messages: remarks})})}
  }

  /** WAIT has SAP answer after the update, and say if it failed. */
  async #commit(): Promise<Failure | undefined> {
    const result = await this.#call(commitFunction, {WAIT: 'X'})
    if (!result.ok) return judgeError(this.#target, result.error, this.#occasion('commit', commitFunction))
    const [error, ...more] = errorsAmong(readMessages(result.answer, 'RETURN'))
    return error && judgeReturn(this.#target, [error, ...more], this.#occasion('commit', commitFunction))
  }

  /** Whether it went well nobody knows: the parameter that would say so is not there. SAP had not told what the function gives. */
  #untold(name: string, parameter: string): Failure {
    const failure = givesNone(name, parameter)
    return this.#target.operation.commit === 'explicit' ? failure : {...failure, class: 'in_doubt', executed: 'unknown'}
  }

  /** For good order: if it fails, or is not to be had any more, the end of the session does the same. */
  async #rollBack(): Promise<void> {
    if (this.#target.operation.commit !== 'explicit') return
    await this.#lease.call(rollbackFunction, {}, monotonicMs() + rollbackMs, this.#signal)
  }

  async #call(name: string, parameters: Parameters) {
    const deadline = Math.min(this.#endMs, monotonicMs() + this.#target.timeoutMs)
    return this.#lease.call(name, parameters, deadline, this.#signal)
  }

  #occasion(phase: Occasion['phase'], title: string, error?: {readonly parameter: string | null}): Occasion {
    const shape = this.#target.interfaces.of(title)
    const parameter = error?.parameter ?? undefined
    // One that the function only takes cannot have failed on its way back.
    const isUnsent = parameter !== undefined && shape?.takes.has(parameter) === true && !shape.gives.has(parameter)
    return {phase, stage: 'call', title, isUnsent}
  }
}

function textAt(answer: Parameters, path: string): string | null {
  const value = memberAt(answer, path)
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : null
}

function givesNone(name: string, parameter: string): Failure {
  return {
    class: 'config',
    executed: 'no',
    code: 'rfc:unknown_parameter',
    text: cutText(`${name} gives no parameter ${parameter}, which the operation names as its return or result.`),
    stage: 'call',
  }
}

function failed(failure: Failure): SubmitOutcome {
  return {kind: 'failed', failure}
}

const rollbackMs = 5000
