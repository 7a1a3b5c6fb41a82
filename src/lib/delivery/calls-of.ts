import type {ErpConnector} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Intent} from '#lib/kernel/intent.js'
import type {FlowParts} from './flow-parts.js'

/** How a message comes into SAP, and how SAP is asked what became of it. */
export type Calls = Pick<ErpConnector, 'submit' | 'probe'>

/**
 * What is called for a message: a state that the source has had all along finds
 * SAP in any state, so it is amended, and a doubt is settled by comparing.
 */
export function callsOf({connector, submit}: Pick<FlowParts, 'connector' | 'submit'>, intent: Intent): Calls {
  switch (intent) {
    case 'sync':
      return {submit, probe: connector.probe}
    case 'resync':
      return {
        submit: connector.amend ?? (async () => ({kind: 'failed', failure: notAmendable})),
        probe: connector.probeAmended ?? (async () => ({kind: 'failed', failure: notComparable})),
      }
  }
}

const notAmendable: Failure = {
  class: 'permanent',
  executed: 'no',
  code: 'amend:not_possible',
  text: 'What this operation has created in SAP cannot be changed by it: a document is not sent a second time.',
  stage: 'map',
}

const notComparable: Failure = {
  ...notAmendable,
  class: 'in_doubt',
  executed: 'unknown',
  code: 'amend:not_comparable',
  text: "SAP's state cannot be read by this operation: a person must look.",
}
