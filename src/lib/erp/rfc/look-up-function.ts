import type {RfcProbe} from '#lib/config/rfc-probe.js'
import type {ErpDocument, ProbeOutcome} from '#lib/erp/connector.js'
import {cutText} from '#lib/erp/cut.js'
import {findMessage} from '#lib/erp/message-table.js'
import type {Failure} from '#lib/kernel/failure.js'
import {chosenReference, readBody} from './body.js'
import {fitParameters} from './fit.js'
import {judgeReturn} from './judge.js'
import type {LookUp} from './mapping.js'
import {foundOf, readOnce} from './read-once.js'
import {errorsAmong, readMessages} from './return-messages.js'
import type {Target} from './target.js'

type FunctionProbe = Extract<RfcProbe, {kind: 'function'}>

/** Has a function look for the document, and an expression say what it has found. */
export async function lookUpByFunction(
  target: Target,
  {function: name}: FunctionProbe,
  {parameters, found}: LookUp,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const body = readBody(document.body)
  const reference = chosenReference(target.operation, body) ?? document.reference
  const mapped = await parameters.apply({reference, document: body.document})
  if (!mapped.ok) return failed(mapped.failure)
  const unknown = await target.interfaces.read(target, [name], signal)
  if (unknown !== undefined) return failed(unknown)
  const fitted = fitParameters(name, mapped.body, target.interfaces.of(name))
  if (!fitted.ok) return failed(fitted.failure)

  const read = await readOnce(target, name, fitted.parameters, signal)
  if (!read.ok) return failed(read.failure)
  const evaluation = await found({...read.answer, reference, document: body.document})
  if (!evaluation.ok) return failed(evaluation.failure)
  const numbers = numbersIn(evaluation.result)
  if (numbers === undefined) return failed(notNumbers(name))
  if (numbers.length > 0) return foundOf(numbers)

  // A function may say "not there" by an error; but not because somebody has it locked, or we may not see it.
  const [error, ...more] = errorsAmong(readMessages(read.answer, 'RETURN'))
  if (error === undefined) return {kind: 'absent'}
  const failure = judgeReturn(withoutRulings(target), [error, ...more], {phase: 'read', stage: 'probe', title: name})
  return failure.class === 'permanent' ? {kind: 'absent'} : failed(failure)
}

/**
 * What the operation says of SAP's messages is said of changing: that an object
 * which is not there is worth another attempt must not leave a look-up without
 * an end. Not where a document is created, which a hasty "not there" could double.
 */
function withoutRulings(target: Target): Target {
  return target.operation.method === 'change' ? {...target, findMessage} : target
}

/** What an expression says was found; undefined if that is no answer to the question. */
function numbersIn(result: unknown): readonly (string | null)[] | undefined {
  if (result === undefined || result === null || result === '' || result === false) return []
  if (result === true) return [null]
  const values: readonly unknown[] = Array.isArray(result) ? result : [result]
  const numbers = values.map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : undefined,
  )
  return numbers.every((number) => number !== undefined) ? numbers : undefined
}

function notNumbers(name: string): Failure {
  return {
    class: 'config',
    executed: 'no',
    code: 'rfc:found_invalid',
    text: cutText(`operation.probe.found gave neither numbers nor nothing for the answer of ${name}.`),
    stage: 'probe',
  }
}

function failed(failure: Failure): ProbeOutcome {
  return {kind: 'failed', failure: {...failure, stage: 'probe'}}
}
