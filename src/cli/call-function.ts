import type {RfcDestination} from '#lib/config/rfc-kind.js'
import type {Database} from '#lib/db/database.js'
import {type Argument, fitArguments} from '#lib/erp/rfc/by-hand/arguments.js'
import {type CallResult, toCallResult} from '#lib/erp/rfc/by-hand/call-result.js'
import type {RfcLine} from '#lib/erp/rfc/by-hand/line.js'
import type {FunctionDescription} from '#lib/erp/rfc/describe-function.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import type {Operator} from '#lib/ledger/trail.js'
import {callOnTrail} from './call-on-trail.js'
import {confirm} from './confirm.js'
import {argumentError, callError} from './erp-error.js'
import {describeIfTold, onRfcLine} from './rfc-line.js'

/** A call that may book: who wants it, and where that is written down. */
interface Write {
  readonly database: Database
  readonly operator: Operator
  readonly isAgreed: boolean
  readonly json: boolean
}

export interface FunctionCall {
  readonly destination: string
  readonly function: string
  readonly given: readonly Argument[]
  /** The table that is to be shown, if it is one alone. */
  readonly table: string | undefined
  /** Rows of each table at most. */
  readonly limit: number
  /** Undefined for a call that reads. */
  readonly write: Write | undefined
  /** One line of talk. */
  readonly say: (line: string) => void
}

/**
 * Calls a function by hand: has SAP describe it, holds what was given against
 * that, asks where it may book, and calls.
 *
 * @throws ErpSyncError for whatever keeps it from an answer; errors that the function returns are an answer.
 */
export async function callFunction(destination: RfcDestination, call: FunctionCall): Promise<CallResult> {
  const result = await onRfcLine(destination, async (line, signal) => {
    const {function: name, write, limit, say} = call
    const told = await describeIfTold(line, destination, name, signal)
    // Without it nothing can be checked, and SAP's library cuts what is too long.
    if (told instanceof ErpSyncError && write !== undefined) throw told
    if (told instanceof ErpSyncError) say(`The parameters go unchecked: ${told.message}`)
    const description = told instanceof ErpSyncError ? undefined : told
    const fitted = fitArguments(name, call.given, description)
    if (!fitted.ok) throw argumentError(fitted.failure, call)
    if (call.table !== undefined && description !== undefined) requireTable(call.table, description)

    const outcome = await carryOut(line, call, {name, parameters: fitted.parameters, description}, signal)
    if (outcome.kind === 'answered') return toCallResult(outcome, description, limit)
    if (outcome.failure.executed === 'no') signal.throwIfAborted()
    return callError(outcome.failure)
  })
  // Not thrown within: who stopped it must hear that it is in doubt, and not only that it was stopped.
  if (result instanceof ErpSyncError) throw result
  return result
}

type Prepared = Omit<Parameters<RfcLine['call']>[0], 'commits'>

async function carryOut(
  line: RfcLine,
  {destination, function: name, write, say}: FunctionCall,
  prepared: Prepared,
  signal: AbortSignal,
) {
  if (write === undefined) return line.call({...prepared, commits: false}, signal)
  const {database, operator, isAgreed, json} = write
  if (!isAgreed) {
    await confirm(`Call ${name} in ${destination}, and commit what it does?`, {
      json,
      hint: 'Add --yes to agree beforehand.',
    })
  }
  signal.throwIfAborted()
  const called = {destination, function: name, parameters: prepared.parameters}
  return callOnTrail(database, operator, called, async () => line.call({...prepared, commits: true}, signal), say)
}

function requireTable(table: string, {name, parameters}: FunctionDescription): void {
  const tables = parameters
    .filter(({direction, abapType}) => direction !== 'import' && abapType === 'h')
    .map(({name: parameter}) => parameter)
  if (tables.includes(table)) return
  throw new ErpSyncError(`${name} gives no table ${table}.${didYouMean(table, tables)}`, {
    code: 'unknown_table',
    exitCode: exitCodes.usage,
    ...(tables.length === 0 ? {} : {hint: `Tables it gives: ${tables.join(', ')}`}),
  })
}
