import type {RfcOperation} from '#lib/config/rfc-kind.js'
import {type FindMessage, type Verdict, verdictOf} from '#lib/erp/message-table.js'
import type {SapMessage} from './return-messages.js'
import type {RfcError} from './rfc-error.js'

/**
 * How far a unit of work was when it failed: getting a connection, reading,
 * calling a function that books, or committing.
 */
export type Phase = 'open' | 'read' | 'bapi' | 'commit'

/** All that decides what a failure means. */
export interface Occurrence {
  readonly phase: Phase
  readonly commit: RfcOperation['commit']
  /** It is certain that the call was not sent: a value on its way there could not be converted. */
  readonly isUnsent: boolean
  readonly findMessage: FindMessage
}

type Ruling = Pick<Verdict, 'class' | 'executed' | 'mostAttempts'>

interface Row {
  readonly holds: (error: RfcError, occurrence: Occurrence) => boolean
  readonly verdict: (error: RfcError, occurrence: Occurrence) => Verdict
}

/** The verdict on a call that failed: that of the first row that holds. docs/sap.md shows the table. */
export function classifyRfcError(error: RfcError, occurrence: Occurrence): Verdict {
  const row = table.find(({holds}) => holds(error, occurrence)) ?? lastRow
  return row.verdict(error, occurrence)
}

/** The verdict on errors in what a function returned; it has answered, so its work is rolled back. */
export function classifyReturn(
  [first, ...others]: readonly [SapMessage, ...SapMessage[]],
  {phase, findMessage}: Pick<Occurrence, 'phase' | 'findMessage'>,
): Verdict {
  const ruling = [first, ...others].map(({code}) => findMessage(code)).find((found) => found !== undefined)
  if (ruling !== undefined) return verdictOf(ruling)
  return {...(phase === 'commit' ? doubt : permanent), code: `sap:${first.code}`}
}

/** After such a failure SAP may have booked. A COMMIT may have, even if logging on anew is what failed in the end. */
function mayBeBooked({phase, commit}: Occurrence): boolean {
  return phase === 'commit' || (phase === 'bapi' && commit !== 'explicit')
}

/** The ruling, unless SAP may have booked: that comes before all else. */
function unlessBooked(ruling: Ruling): Row['verdict'] {
  return (error, occurrence) => ({...(mayBeBooked(occurrence) ? doubt : ruling), code: codeOf(error)})
}

/** SAP's own message decides if the table knows it; a COMMIT is in doubt whatever it says. */
function byMessage(otherwise: (error: RfcError) => Ruling): Row['verdict'] {
  return (error, occurrence) => {
    if (occurrence.phase === 'commit') return {...doubt, code: codeOf(error)}
    const ruling = occurrence.findMessage(`${error.messageClass}/${error.messageNumber}`)
    return ruling === undefined ? {...otherwise(error), code: codeOf(error)} : verdictOf(ruling)
  }
}

function codeOf({code, key, messageClass, messageNumber}: RfcError): string {
  if (code === 'ABAP_MESSAGE' && messageClass !== '') return `sap:${messageClass}/${messageNumber}`
  // The key of a message is its text, and a text is no code.
  return keyed.has(code) && wellFormedKey.test(key) ? `rfc:abap:${key}` : `rfc:${code}`
}

const transient: Ruling = {class: 'transient', executed: 'no'}
const throttled: Ruling = {class: 'throttled', executed: 'no'}
const config: Ruling = {class: 'config', executed: 'no'}
const permanent: Ruling = {class: 'permanent', executed: 'no'}
const doubt: Ruling = {class: 'in_doubt', executed: 'unknown'}

const table: readonly Row[] = [
  // Nothing was begun, whatever it would have been.
  {holds: ({code}) => code === 'NOT_STARTED', verdict: (error) => ({...transient, code: codeOf(error)})},
  // This side is at its limit: fewer calls at once will do.
  {holds: ({code}) => code === 'MEMORY_INSUFFICIENT' || code === 'BUSY', verdict: unlessBooked(throttled)},
  // Each further try may lock the user.
  {
    holds: ({code, group, key}, {phase}) =>
      (phase === 'open' && group === logonGroup) ||
      refusals.has(code) ||
      group === authorityGroup ||
      // SAP's check of S_RFC ends in a short dump of that name before the function begins.
      key === 'RFC_NO_AUTHORITY',
    verdict: unlessBooked(config),
  },
  {
    holds: ({code}) => code === 'ABAP_EXCEPTION' || code === 'ABAP_CLASS_EXCEPTION',
    verdict: byMessage(({key}) => (lockKeys.test(key) ? transient : personKeys.has(key) ? config : permanent)),
  },
  {
    holds: (_, {phase}) => phase === 'open',
    verdict: (error) => ({...transient, code: `rfc:${lineCodes.has(error.code) ? '' : 'open:'}${error.code}`}),
  },
  {
    holds: ({code, messageType}) => code === 'ABAP_MESSAGE' && messageType !== 'X',
    verdict: byMessage(() => permanent),
  },
  {
    holds: ({code, key}) => code === 'ABAP_RUNTIME_FAILURE' && resourceKeys.test(key),
    verdict: unlessBooked({...transient, mostAttempts: 3}),
  },
  {
    holds: ({code}) => code === 'ABAP_RUNTIME_FAILURE' || code === 'ABAP_MESSAGE',
    verdict: unlessBooked({...transient, mostAttempts: 2}),
  },
  {
    holds: ({code}) => conversions.has(code),
    verdict: (error, occurrence) =>
      occurrence.isUnsent || error.code === 'TYPE_ERROR'
        ? {...permanent, code: codeOf(error)}
        : unlessBooked(permanent)(error, occurrence),
  },
]

/** The connection broke, or nobody knows: also a logon that failed after a call, which hides what became of it. */
const lastRow: Row = {holds: () => true, verdict: unlessBooked(transient)}

/** Whatever else keeps us from getting a connection is told apart from the same within a call. */
const lineCodes: ReadonlySet<string> = new Set(['COMMUNICATION_FAILURE', 'OPEN_TIMEOUT', 'PROCESS_ENDED', 'ABORTED'])
const logonGroup = 3
const authorityGroup = 7
const refusals: ReadonlySet<string> = new Set(['AUTHORIZATION_FAILURE', 'AUTHENTICATION_FAILURE'])
const keyed: ReadonlySet<string> = new Set([
  'ABAP_EXCEPTION',
  'ABAP_CLASS_EXCEPTION',
  'ABAP_RUNTIME_FAILURE',
  'ABAP_MESSAGE',
])
const wellFormedKey = /^[A-Z0-9_/]{1,60}$/

const lockKeys = /LOCK|^RESOURCE_FAILURE$|^SYSTEM_FAILURE$/
const personKeys: ReadonlySet<string> = new Set(['FU_NOT_FOUND', 'NOT_AUTHORIZED'])
/** Short dumps of a system that has too much to do; the names are believed, not seen. */
const resourceKeys = /^(TIME_OUT|TSV_TNEW_PAGE_ALLOC_FAILED|SYSTEM_NO_ROLL|DBIF_.*|.*MEMORY.*)$/

const conversions: ReadonlySet<string> = new Set([
  'SERIALIZATION_FAILURE',
  'NOT_FOUND',
  'INVALID_PARAMETER',
  'CODEPAGE_CONVERSION',
  'CONVERSION_FAILURE',
  'BUFFER_TOO_SMALL',
  'ADDON',
  'TYPE_ERROR',
])
