import type {RefusalFault} from './fault.js'

/** A message of SAP in place of a booking. */
export interface RefusalMessage {
  /** Message class and number, e.g. `V1/042`. */
  readonly code: string
  readonly text: string
  readonly variables: readonly string[]
}

/** The message that a refusal fault gives in place of a booking. */
export function refusalMessage(fault: RefusalFault): RefusalMessage {
  switch (fault.kind) {
    case 'lock': {
      const text = `Document is currently being processed by user ${fault.user}.`
      return {code: 'V1/042', text, variables: [fault.user]}
    }
    case 'business-error':
      return {code: fault.code, text: fault.text, variables: []}
  }
}
