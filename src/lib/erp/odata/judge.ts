import type {Failure} from '#lib/kernel/failure.js'
import {cutAnswer, cutText} from '#lib/erp/cut.js'
import type {FindMessage, Verdict} from '#lib/erp/message-table.js'
import {classifyAnswer, classifyNetworkError, type CallKind, type SeenAnswer} from '#lib/erp/http/classify.js'
import type {Exchange, HttpAnswer} from '#lib/erp/http/exchange.js'
import {describePage, isDispatcherPage} from '#lib/erp/http/page.js'
import type {Redact} from '#lib/erp/http/redact.js'
import {retryAfterMs} from '#lib/erp/http/retry-after.js'
import {errorCodes, parseSapError, type SapError, type SapMessage} from './sap-error.js'
import {readSapMessages} from './sap-messages.js'

/** What became of one call. */
export type CallOutcome =
  | {readonly kind: 'ok'; readonly answer: HttpAnswer; readonly messages: readonly SapMessage[]}
  /** SAP itself says that the entity does not exist. */
  | {readonly kind: 'missing'; readonly failure: Failure}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** What was called, and all that is needed to judge it. */
export interface Occasion {
  readonly call: CallKind
  readonly stage: 'call' | 'probe'
  /** `POST A_SalesOrder`, for a person. */
  readonly title: string
  readonly redact: Redact
  readonly findMessage: FindMessage
  readonly nowMs: number
}

/** Turns what came over the wire into a success or a failure. */
export function judge(exchange: Exchange, occasion: Occasion): CallOutcome {
  switch (exchange.kind) {
    case 'answered':
      return judgeAnswer(exchange.answer, occasion)
    case 'broken': {
      const {code} = exchange.error
      const verdict = classifyNetworkError(exchange.error, occasion.call)
      return {kind: 'failed', failure: failure(verdict, occasion, `no answer (${code})`)}
    }
  }
}

/** The answer is a success by its status, but not what the protocol promises. */
export function unreadable({status, json}: HttpAnswer, what: string, {stage, title, redact}: Occasion): Failure {
  return {
    class: 'transient',
    executed: 'no',
    code: `http:${status}`,
    text: cutText(`${title}: ${what}`),
    stage,
    answer: cutAnswer(redact(json)),
  }
}

function judgeAnswer(answer: HttpAnswer, occasion: Occasion): CallOutcome {
  const messages = readSapMessages(answer.headers)
  const sapError = answer.status < 300 ? errorAmong(messages) : parseSapError(answer)
  const verdict = classifyAnswer(see(answer, sapError), occasion.call, occasion.findMessage)
  if (verdict === undefined) return {kind: 'ok', answer, messages: messages.map(occasion.redact)}

  const wait = retryAfterMs(answer.headers, occasion.nowMs)
  const failed: Failure = {
    ...failure(verdict, occasion, describe(answer, sapError)),
    ...(wait === undefined ? {} : {retryAfterMs: wait}),
    ...evidence(answer, messages, occasion.redact),
  }
  return {kind: answer.status === 404 && sapError !== undefined ? 'missing' : 'failed', failure: failed}
}

function see(answer: HttpAnswer, sapError: SapError | undefined): SeenAnswer {
  const {status, headers, text, json, cutBy} = answer
  const isEmpty = status === 204
  return {
    status,
    sapCodes: sapError === undefined ? [] : errorCodes(sapError),
    isSapError: sapError !== undefined,
    isDispatcherPage: isDispatcherPage(text),
    hasRetryAfter: headers.has('retry-after'),
    isTokenRequired: isTokenRequired(answer),
    damage: cutBy !== null ? {kind: 'cut', code: cutBy} : json === undefined && !isEmpty ? {kind: 'unreadable'} : null,
  }
}

/** SAP refused the call for want of a valid CSRF token, before anything ran. */
export function isTokenRequired({status, headers}: HttpAnswer): boolean {
  return status === 403 && headers.get('x-csrf-token')?.toLowerCase() === 'required'
}

/** SAP may report an error on a call it carried out. */
function errorAmong(messages: readonly SapMessage[]): SapError | undefined {
  const [first, ...details] = messages.filter(({severity}) => severity === 'error')
  return first && {...first, details}
}

function failure(verdict: Verdict, {stage, title, redact}: Occasion, what: string): Failure {
  return {...verdict, stage, text: cutText(redact(`${title}: ${what}`))}
}

function describe({status, text, cutBy}: HttpAnswer, sapError: SapError | undefined): string {
  if (sapError !== undefined) return sapError.text
  if (cutBy !== null) return `HTTP ${status}, the answer broke off (${cutBy})`
  return describePage(status, text)
}

function evidence({json, text}: HttpAnswer, messages: readonly SapMessage[], redact: Redact): Pick<Failure, 'answer'> {
  const body = json ?? text
  const answer = messages.length === 0 ? body : {messages, body}
  return answer === '' ? {} : {answer: cutAnswer(redact(answer))}
}
