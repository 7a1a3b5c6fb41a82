import type {ProbeOutcome} from '#lib/erp/connector.js'
import type {LookedUp} from './look-up.js'

/** What SAP has under a reference. */
export interface Sighting {
  readonly outcome: 'found' | 'several' | 'absent' | 'pending' | 'refused'
  /** SAP's numbers; none for what is found and has none. */
  readonly documentNumbers: readonly string[]
  /** What SAP says of a document that it has taken and not booked. */
  readonly text: string | null
}

export function sightingOf(outcome: Exclude<ProbeOutcome, {kind: 'failed'}>): Sighting {
  switch (outcome.kind) {
    case 'found':
      return {
        ...nothing,
        outcome: 'found',
        documentNumbers: outcome.documentNumber === null ? [] : [outcome.documentNumber],
      }
    case 'several':
      return {...nothing, outcome: 'several', documentNumbers: outcome.documentNumbers}
    case 'absent':
      return {...nothing, outcome: 'absent'}
    case 'pending':
    case 'refused':
      return {...nothing, outcome: outcome.kind, text: outcome.failure.text}
    case 'repeatable':
      throw new Error('a look-up of a flow that cannot be asked')
  }
}

/** One sentence. */
export function presentLookUp({
  destination,
  reference,
  by,
  outcome,
  documentNumbers,
  text,
}: Sighting & Pick<LookedUp, 'by'> & {readonly destination: string; readonly reference: string}): string {
  const what = by === 'message' ? `what the last message of ${reference} carries` : reference
  switch (outcome) {
    case 'found':
      return `${destination} has ${what}${documentNumbers.map((number) => ` as ${number}`).join('')}.`
    case 'several':
      return `${destination} has ${what} several times: ${documentNumbers.join(', ')}.`
    case 'absent':
      return `${destination} does not have ${what}.`
    case 'pending':
      return `${destination} has taken ${what} and not decided on it yet: ${text ?? ''}`
    case 'refused':
      return `${destination} has taken ${what} and does not book it: ${text ?? ''}`
  }
}

const nothing = {documentNumbers: [], text: null} as const
