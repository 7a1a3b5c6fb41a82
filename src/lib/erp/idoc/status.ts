import type {ProbeOutcome} from '#lib/erp/connector.js'
import {cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'

/** One IDoc with our message id, as SAP keeps it. */
export interface IdocStatus {
  readonly number: string
  /** Two digits, e.g. `53`. */
  readonly status: string
  /** SAP's own text; empty if it is not known. */
  readonly text: string
  /** SAP's message class and number, e.g. `VP/204`. */
  readonly message: string | undefined
  /** The number of what was posted, where the view has it. */
  readonly document: string | undefined
}

/** What the IDocs with one message id say of the message. */
export function judgeStatus(found: readonly IdocStatus[]): ProbeOutcome {
  // Editing an IDoc in SAP leaves a copy of the original behind, with the same message id.
  const [first, ...others] = found.filter(({status}) => status !== original)
  if (first === undefined) return {kind: 'absent'}
  if (others.length > 0) return {kind: 'several', documentNumbers: [first, ...others].map(({number}) => number)}
  if (first.status === posted) return {kind: 'found', documentNumber: first.document ?? first.number}
  if (undecided.has(first.status)) return {kind: 'pending', failure: failure(first, {class: 'in_doubt'})}
  return {kind: 'refused', failure: failure(first, {class: 'permanent'})}
}

/** Unknown in both cases: SAP has the IDoc, and people there may have it posted yet. */
function failure({number, status, text, message}: IdocStatus, verdict: Pick<Failure, 'class'>): Failure {
  const said = text === '' ? (meanings[status] ?? 'not a status of an IDoc that comes in') : text
  return {
    ...verdict,
    executed: 'unknown',
    code: message === undefined ? `idoc:${status}` : `sap:${message}`,
    text: cutText(`IDoc ${number} has status ${status}: ${said}`),
    stage: 'probe',
    answer: {idoc: number, status, text, ...(message === undefined ? {} : {message})},
  }
}

const posted = '53'
const original = '70'

/** Nobody has to do anything: SAP comes to it, or somebody there is at work on it. */
const undecided: ReadonlySet<string> = new Set(['50', '55', '61', '62', '64', '66', '69', '71', '75'])

/** SAP's statuses of IDocs that come in, for when the view has no text. */
const meanings: Readonly<Record<string, string>> = {
  '50': 'IDoc added',
  '51': 'application document not posted',
  '52': 'application document not fully posted',
  '54': 'error during formal application check',
  '55': 'formal application check OK',
  '56': 'IDoc with errors added',
  '57': 'test IDoc: error during application check',
  '60': 'error during syntax check',
  '61': 'processing despite syntax error',
  '62': 'passed to application',
  '63': 'error passing IDoc to application',
  '64': 'ready to be passed to application',
  '65': 'error in ALE service',
  '66': 'waiting for predecessor IDoc',
  '68': 'error, no further processing',
  '69': 'IDoc was edited',
  '71': 'reloaded from archive',
  '73': 'IDoc archived',
  '74': 'created by test transaction',
  '75': 'in inbound queue',
}
