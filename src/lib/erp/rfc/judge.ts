import {cutAnswer, cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import {classifyReturn, classifyRfcError, type Phase} from './classify.js'
import {describeObstacle} from './obstacle.js'
import type {Leased} from './host.js'
import type {SapMessage} from './return-messages.js'
import type {RfcError} from './rfc-error.js'
import type {Access} from './target.js'

/** Where a call failed, and all that is needed to judge it. */
export interface Occasion {
  readonly phase: Phase
  readonly stage: Failure['stage']
  /** The function that was called, or what else was tried. */
  readonly title: string
  /** It is certain that a value could not be converted on its way to SAP. */
  readonly isUnsent?: boolean
}

/** The failure of a call that threw. */
export function judgeError(target: Access, error: RfcError, occasion: Occasion): Failure {
  const {operation, findMessage, redact} = target
  const {phase, stage, title, isUnsent = false} = occasion
  const verdict = classifyRfcError(error, {phase, commit: operation.commit, isUnsent, findMessage})
  const {message, key, code} = error
  return {
    ...verdict,
    stage,
    text: cutText(redact(`${title}: ${message.trim() || key || code}`)),
    answer: cutAnswer(redact(told(error))),
  }
}

/** The failure of a function that answered with errors. */
export function judgeReturn(
  {findMessage, redact}: Access,
  errors: readonly [SapMessage, ...SapMessage[]],
  {phase, stage, title}: Occasion,
): Failure {
  const [{text, code}] = errors
  return {
    ...classifyReturn(errors, {phase, findMessage}),
    stage,
    text: cutText(redact(`${title}: ${text === '' ? code : text}`)),
    answer: cutAnswer(redact({messages: errors})),
  }
}

/** The failure to get a connection. */
export function judgeLease(
  target: Access,
  leased: Exclude<Leased, {kind: 'leased'}>,
  stage: Failure['stage'],
): Failure {
  switch (leased.kind) {
    case 'failed':
      return judgeError(target, leased.error, {phase: 'open', stage, title: 'logging on'})
    case 'unusable':
      // Its worker would not have started; so it was taken away since, and may be put back.
      return {...describeObstacle(leased.obstacle), class: 'transient', stage}
  }
}

/** What of an error is worth keeping: what is empty says nothing. */
function told(error: RfcError): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error).filter(([, value]) => value !== '' && value !== null && value !== 0))
}
