/** One message of a BAPI. */
export interface ReturnMessage {
  readonly type: 'S' | 'E'
  /** Message class and number, e.g. `V1/382`. */
  readonly code: string
  readonly text: string
  readonly variables?: readonly string[]
  /** The parameter to blame, and the row (from 1) and field of it. */
  readonly parameter?: string
  readonly row?: number
  readonly field?: string
}
