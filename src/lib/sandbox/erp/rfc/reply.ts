import type {RfcStructure} from './field-type.js'
import type {RfcError} from './rfc-error.js'

/** What becomes of a request: a line back, or none because the connection is gone. */
export type Outcome =
  | {readonly kind: 'reply'; readonly body: object}
  | {readonly kind: 'error'; readonly error: RfcError}
  /** The connection is reset without a word. */
  | {readonly kind: 'dropped'}

export const done: Outcome = {kind: 'reply', body: {}}

export function answer(params: RfcStructure): Outcome {
  return {kind: 'reply', body: {params}}
}
