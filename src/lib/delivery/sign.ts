import type {ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {PauseScope} from '#lib/ledger/pauses.js'

/**
 * What a call tells about its destination, whatever it means for the message:
 *
 * - `alive`: SAP answered, if only to refuse; `isThrottled` if it asked for less
 * - `refused`: SAP answered that it takes no call of this flow, or of anybody with our credentials
 * - `away`: nobody answered, or a server in front of SAP did in its place
 * - `nothing`: no call was made, or it ended on this side
 */
export type Sign =
  | {readonly kind: 'alive'; readonly isThrottled: boolean}
  | {readonly kind: 'refused'; readonly scope: PauseScope; readonly reason: string}
  | {readonly kind: 'away'; readonly code: string; readonly retryAfterMs: number}
  | {readonly kind: 'nothing'}

export function signOf(outcome: SubmitOutcome | ProbeOutcome): Sign {
  if (outcome.kind !== 'failed') return {kind: 'alive', isThrottled: false}
  const {failure} = outcome
  if (failure.stage === 'map' || isOwnDoing(failure) || rfcMishaps.has(failure.code)) return {kind: 'nothing'}
  if (failure.class === 'config') return {kind: 'refused', scope: scopeOf(failure), reason: reasonOf(failure)}
  if (isOutage(failure)) return {kind: 'away', code: failure.code, retryAfterMs: failure.retryAfterMs ?? 0}
  return {kind: 'alive', isThrottled: failure.class === 'throttled'}
}

/**
 * Whether a failure is none of the message's: no answer, or a 5xx without a
 * word of SAP's. A code of SAP's shows that SAP is there.
 */
export function isOutage(failure: Failure): boolean {
  if (failure.class !== 'transient' && failure.class !== 'in_doubt') return false
  const {code} = failure
  return (
    !isOwnDoing(failure) &&
    (code.startsWith('net:') ||
      /^http:5\d\d$/.test(code) ||
      rfcOutages.has(code) ||
      code.startsWith('rfc:open:') ||
      rfcMishaps.has(code))
  )
}

/**
 * Refused credentials concern every flow of the destination, and each further
 * try may lock the SAP user. A service that is not there, or not allowed,
 * concerns its flow alone.
 */
function scopeOf({code}: Failure): PauseScope {
  if (code.startsWith('rfc:')) return rfcLogonRefusals.has(code) ? 'destination' : 'flow'
  return code.startsWith('sap:') || /^http:(?!401$)/.test(code) ? 'flow' : 'destination'
}

function reasonOf({code, text}: Failure): string {
  return `SAP refuses every call: ${code} ${text}`
}

/** The worker is ending and cut the call short. */
function isOwnDoing({code}: Failure): boolean {
  return code === 'net:ABORTED' || code === 'rfc:ABORTED' || code === 'rfc:NOT_STARTED'
}

/** No answer by RFC: SAP's library lost the connection, or got none. */
const rfcOutages: ReadonlySet<string> = new Set(
  [
    'COMMUNICATION_FAILURE',
    'LOGON_FAILURE',
    'CLOSED',
    'CANCELED',
    'TIMEOUT',
    'INVALID_HANDLE',
    'EXTERNAL_FAILURE',
    'IO_FAILURE',
    'UNKNOWN',
    'OPEN_TIMEOUT',
  ].map((code) => `rfc:${code}`),
)

/** The process that makes the calls is gone, or does not start: no fault of the message's, and no sign of SAP's. */
const rfcMishaps: ReadonlySet<string> = new Set(
  ['PROCESS_ENDED', 'SDK_MISSING', 'MODULE_MISSING', 'ADDON_UNUSABLE'].map((code) => `rfc:${code}`),
)

const rfcLogonRefusals: ReadonlySet<string> = new Set(['rfc:LOGON_FAILURE', 'rfc:AUTHENTICATION_FAILURE'])
