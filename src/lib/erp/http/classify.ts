import type {Executed, FailureClass} from '#lib/kernel/failure.js'
import {findMessage as findInTable, type FindMessage, type Verdict, verdictOf} from '#lib/erp/message-table.js'

/** Whether the call could change anything in SAP. A read that fails changed nothing and may be repeated. */
export type CallKind = 'read' | 'write'

/** A call that got no answer. */
export interface NetworkError {
  /** `ECONNRESET`, `UND_ERR_SOCKET`, or our own `TIMEOUT` and `ABORTED`. */
  readonly code: string
  /** True only if it is certain that nothing of the request left this machine. */
  readonly isUnsent: boolean
}

/** What of an answer decides its class. */
export interface SeenAnswer {
  readonly status: number
  /** SAP's codes of severity error, the most telling first; empty for an error that is not SAP's. */
  readonly sapCodes: readonly string[]
  /** SAP itself reports an error: in the payload of a refusal, or in a message beside a success. */
  readonly isSapError: boolean
  /** The page is one of SAP's web dispatcher or ICM, which answer before any ABAP runs. */
  readonly isDispatcherPage: boolean
  readonly hasRetryAfter: boolean
  /** The answer was given for want of a valid CSRF token. */
  readonly isTokenRequired: boolean
  /** Why the body could not be used: it broke off (network code), or is not the JSON it should be. */
  readonly damage: {readonly kind: 'cut'; readonly code: string} | {readonly kind: 'unreadable'} | null
}

/** The verdict on a call that got no answer. */
export function classifyNetworkError({code, isUnsent}: NetworkError, call: CallKind): Verdict {
  const known = isUnsent || unsentCodes.has(code) || handshakeCode.test(code)
  return seenBy(call, {...(known ? transient : inDoubt), code: `net:${code}`})
}

/** The verdict on an answer; undefined for a success. */
export function classifyAnswer(
  answer: SeenAnswer,
  call: CallKind,
  findMessage: FindMessage = findInTable,
): Verdict | undefined {
  const verdict = isSuccess(answer.status) ? classifySuccess(answer, call) : classifyError(answer, findMessage)
  return verdict && seenBy(call, verdict)
}

/** SAP booked the document and complained all the same, or nobody knows what it answered. */
function classifySuccess(answer: SeenAnswer, call: CallKind): Verdict | undefined {
  const {status, isSapError, damage} = answer
  if (call === 'write' && isSapError) return {class: 'permanent', executed: 'yes', code: codeOf(answer)}
  if (damage === null) return undefined
  return {...inDoubt, code: damage.kind === 'cut' ? `net:${damage.code}` : `http:${status}`}
}

function classifyError(answer: SeenAnswer, findMessage: FindMessage): Verdict {
  return byMessage(answer, findMessage) ?? byMissingMessage(answer) ?? {...byStatus(answer), code: codeOf(answer)}
}

/** The message table decides where the status leaves it open. */
function byMessage({status, sapCodes}: SeenAnswer, findMessage: FindMessage): Verdict | undefined {
  if (!messageStatuses.has(status)) return undefined
  const row = sapCodes.map(findMessage).find((found) => found !== undefined)
  if (row === undefined) return undefined
  // After a dump nothing but a lock or a duplicate tells whether something was booked before it.
  if (status === 500 && row.class !== 'transient' && row.class !== 'in_doubt') return undefined
  return verdictOf(row)
}

/** The message that would decide broke off: whether it was SAP's, and what it said, nobody knows. */
function byMissingMessage({status, damage}: SeenAnswer): Verdict | undefined {
  if (damage?.kind !== 'cut' || !messageStatuses.has(status)) return undefined
  return {...inDoubt, code: `net:${damage.code}`}
}

function byStatus(answer: SeenAnswer): Ruling {
  const {status, isSapError} = answer
  if (status === 503) return answer.hasRetryAfter || answer.isDispatcherPage ? transient : inDoubt
  // The next call brings a new token: nobody needs to mend anything.
  if (status === 403 && answer.isTokenRequired) return transient
  // Not SAP's error, so the path leads to no service: a person must mend the configuration.
  if ((status === 404 || status === 405) && !isSapError) return config
  const ruling = statusTable[status]
  if (ruling !== undefined) return ruling
  if (status < 400) return config
  return status < 500 ? permanent : inDoubt
}

function codeOf({status, sapCodes}: SeenAnswer): string {
  const [sapCode] = sapCodes
  return sapCode === undefined ? `http:${status}` : `sap:${sapCode}`
}

/** A read leaves no doubt: whatever became of it, nothing was booked. */
function seenBy(call: CallKind, verdict: Verdict): Verdict {
  if (call === 'write') return verdict
  return verdict.class === 'in_doubt' ? {...transient, code: verdict.code} : {...verdict, executed: 'no'}
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

interface Ruling {
  readonly class: FailureClass
  readonly executed: Executed
}

const transient: Ruling = {class: 'transient', executed: 'no'}
const throttled: Ruling = {class: 'throttled', executed: 'no'}
const conflict: Ruling = {class: 'conflict', executed: 'no'}
const config: Ruling = {class: 'config', executed: 'no'}
const permanent: Ruling = {class: 'permanent', executed: 'no'}
const inDoubt: Ruling = {class: 'in_doubt', executed: 'unknown'}

const statusTable: Readonly<Record<number, Ruling>> = {
  401: config,
  403: config,
  408: transient,
  412: conflict,
  423: transient,
  428: conflict,
  429: throttled,
  500: inDoubt,
  501: config,
  502: inDoubt,
  504: inDoubt,
}

const messageStatuses: ReadonlySet<number> = new Set([400, 404, 405, 409, 415, 422, 423, 500])

/** Codes that only a failing look-up or connect gives. `ECONNRESET` or `ETIMEDOUT` may come at any time. */
const unsentCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** TLS codes of a handshake. Others (a bad record, say) can come after the request was sent. */
const handshakeCode = new RegExp(
  [
    '^ERR_TLS_CERT_ALTNAME_INVALID$',
    '^(UNABLE_TO|CERT|CRL|SELF_SIGNED|DEPTH_ZERO)_',
    '^(HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$',
    '^ERR_SSL_.*(HANDSHAKE|CERTIFICATE|PROTOCOL|VERSION|CIPHER|UNRECOGNIZED_NAME)',
  ].join('|'),
)
