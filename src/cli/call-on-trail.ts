import type {Database} from '#lib/db/database.js'
import {cutAnswer} from '#lib/erp/cut.js'
import type {HandCall} from '#lib/erp/rfc/by-hand/call.js'
import {writeBytes} from '#lib/erp/rfc/child/bytes.js'
import type {Parameters} from '#lib/erp/rfc/body.js'
import {errorMessage} from '#lib/kernel/errors.js'
import {maskFields} from '#lib/kernel/mask-fields.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'

export interface CalledFunction {
  readonly destination: string
  readonly function: string
  readonly parameters: Parameters
}

/**
 * Has a function called that may book, with an entry in the trail before it and
 * another after it: whatever happens in between, it is known what was tried.
 */
export async function callOnTrail(
  database: Database,
  operator: Operator,
  {parameters, ...place}: CalledFunction,
  call: () => Promise<HandCall>,
  say: (line: string) => void,
): Promise<HandCall> {
  const told = cutAnswer(maskFields(writeBytes(parameters)))
  await recordAction(database, operator, {action: 'erp.call', after: {...place, parameters: told}})
  const outcome = await call()
  try {
    await recordAction(database, operator, {action: 'erp.called', after: {...place, ...outcomeOf(outcome)}})
  } catch (error) {
    // What became of the call must be told all the same.
    say(`The outcome is missing on the trail: ${errorMessage(error)}`)
  }
  return outcome
}

function outcomeOf(outcome: HandCall): Readonly<Record<string, unknown>> {
  switch (outcome.kind) {
    case 'answered':
      return {committed: outcome.isCommitted, messages: cutAnswer(outcome.messages)}
    case 'failed': {
      const {code, executed, text} = outcome.failure
      return {committed: executed === 'unknown' ? null : false, code, text}
    }
  }
}
