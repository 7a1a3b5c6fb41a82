import {cutAnswer, cutText} from '#lib/erp/cut.js'
import {classifyAnswer, classifyNetworkError, type CallKind} from '#lib/erp/http/classify.js'
import type {Exchange, HttpAnswer} from '#lib/erp/http/exchange.js'
import {describePage, isDispatcherPage} from '#lib/erp/http/page.js'
import type {Redact} from '#lib/erp/http/redact.js'
import {retryAfterMs} from '#lib/erp/http/retry-after.js'
import type {FindMessage, Verdict} from '#lib/erp/message-table.js'
import type {Failure} from '#lib/kernel/failure.js'
import {classifyFault} from './classify-fault.js'
import {readSoapAnswer, type SoapAnswer} from './read-answer.js'

/** What was called, and all that is needed to judge it. */
export interface Occasion {
  readonly stage: 'call' | 'probe'
  /** `IDoc ORDERS05`, for a person. */
  readonly title: string
  readonly findMessage: FindMessage
  readonly redact: Redact
  readonly nowMs: number
}

export type PostOutcome =
  {readonly kind: 'accepted'; readonly number: string | null} | {readonly kind: 'failed'; readonly failure: Failure}

/** What became of an IDoc that was sent. */
export function judgePost(exchange: Exchange, occasion: Occasion): PostOutcome {
  if (exchange.kind === 'broken') return {kind: 'failed', failure: notAnswered(exchange, 'write', occasion)}
  const {answer} = exchange
  const soap = soapIn(answer)
  if (soap?.kind === 'fault') return {kind: 'failed', failure: faulted(soap, answer, occasion)}
  if (soap?.kind === 'accepted' && isSuccess(answer)) return soap
  // Accepted, says HTTP itself, where a service answers nothing.
  if (answer.status === 202 && answer.text.trim() === '' && answer.cutBy === null) {
    return {kind: 'accepted', number: null}
  }
  const verdict = classify(answer, 'write')
  return {kind: 'failed', failure: refused(verdict, answer, describePage(answer.status, answer.text), occasion)}
}

/** Why nobody is there who takes IDocs; undefined if somebody is. Asked without an IDoc, SAP answers by a fault. */
export function judgePing(exchange: Exchange, occasion: Occasion): Failure | undefined {
  if (exchange.kind === 'broken') return notAnswered(exchange, 'read', occasion)
  const {answer} = exchange
  if (soapIn(answer) !== undefined || isSuccess(answer) || wantsPost.has(answer.status)) return undefined
  return refused(classify(answer, 'read'), answer, describePage(answer.status, answer.text), occasion)
}

/** What SAP said, unless a status speaks for the server in front of it. */
function soapIn({status, text, cutBy}: HttpAnswer): SoapAnswer | undefined {
  return cutBy === null && !gatekeepers.has(status) ? readSoapAnswer(text) : undefined
}

function classify({status, headers, text, cutBy}: HttpAnswer, call: CallKind): Verdict {
  const seen = {
    status,
    sapCodes: [],
    isSapError: false,
    isDispatcherPage: isDispatcherPage(text),
    hasRetryAfter: headers.has('retry-after'),
    isTokenRequired: false,
    damage: cutBy === null ? ({kind: 'unreadable'} as const) : ({kind: 'cut', code: cutBy} as const),
  }
  return classifyAnswer(seen, call) ?? {class: 'in_doubt', executed: 'unknown', code: `http:${status}`}
}

function faulted({fault}: Extract<SoapAnswer, {kind: 'fault'}>, answer: HttpAnswer, occasion: Occasion): Failure {
  return refused(classifyFault(fault, occasion.findMessage), answer, fault.text, occasion)
}

function refused(verdict: Verdict, answer: HttpAnswer, what: string, occasion: Occasion): Failure {
  const {stage, title, redact, nowMs} = occasion
  const {headers, text, cutBy, status} = answer
  const wait = retryAfterMs(headers, nowMs)
  const said = cutBy === null ? what : `HTTP ${status}, the answer broke off (${cutBy})`
  return {
    ...verdict,
    stage,
    text: cutText(redact(`${title}: ${said}`)),
    ...(wait === undefined ? {} : {retryAfterMs: wait}),
    ...(text === '' ? {} : {answer: cutAnswer(redact(text))}),
  }
}

function notAnswered({error}: Extract<Exchange, {kind: 'broken'}>, call: CallKind, occasion: Occasion): Failure {
  const {stage, title, redact} = occasion
  return {...classifyNetworkError(error, call), stage, text: cutText(redact(`${title}: no answer (${error.code})`))}
}

function isSuccess({status}: HttpAnswer): boolean {
  return status >= 200 && status < 300
}

/** Logon, permission, flow control and absence, whatever is written beneath. */
const gatekeepers: ReadonlySet<number> = new Set([401, 403, 429, 503])

const wantsPost: ReadonlySet<number> = new Set([400, 405, 411, 415])
