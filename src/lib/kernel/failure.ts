/**
 * What kind of failure it is, which decides what happens next:
 *
 * - `transient`: will probably work later; retried with back-off
 * - `throttled`: SAP asked us to slow down; postponed, costs no attempt
 * - `conflict`: somebody changed the object in between; read again, decide again
 * - `config`: wrong password, missing permission, wrong service; a person must act
 * - `permanent`: the document itself is refused; dead letter
 * - `in_doubt`: sent, outcome unknown; a probe decides, never a blind resend
 */
export type FailureClass = 'transient' | 'throttled' | 'conflict' | 'config' | 'permanent' | 'in_doubt'

export const failureClasses = [
  'transient',
  'throttled',
  'conflict',
  'config',
  'permanent',
  'in_doubt',
] as const satisfies readonly FailureClass[]

/** Whether SAP carried the call out in spite of the failure. */
export type Executed = 'no' | 'yes' | 'unknown'

export const executedAnswers = ['no', 'yes', 'unknown'] as const satisfies readonly Executed[]

/** A call that did not bring the wanted effect, as a value. */
export interface Failure {
  readonly class: FailureClass
  readonly executed: Executed
  /** `sap:V1/042`, `http:503`, `net:ECONNRESET`, `map:T2001`: stable, groups equal causes. */
  readonly code: string
  /** One line for a person, at most 1 KiB, without secrets. */
  readonly text: string
  /** Where it happened: mapping our document, calling SAP, or looking up what became of a call. */
  readonly stage: 'map' | 'call' | 'probe'
  /** How long SAP asked us to wait, in ms. */
  readonly retryAfterMs?: number
  /** Failed attempts after which it is given up, if that is fewer than the flow's policy allows. */
  readonly mostAttempts?: number
  /** SAP's answer as it came (parsed JSON or text, cut at 16 KiB), for `dlq show`. */
  readonly answer?: unknown
}
