import type {ProbeOutcome} from '#lib/erp/connector.js'
import type {LookedUp} from './look-up.js'

/** What SAP has under a reference. */
export interface Sighting {
  readonly outcome: 'found' | 'several' | 'absent'
  /** SAP's numbers; none for what is found and has none. */
  readonly documentNumbers: readonly string[]
}

export function sightingOf(outcome: Exclude<ProbeOutcome, {kind: 'failed'}>): Sighting {
  switch (outcome.kind) {
    case 'found':
      return {outcome: 'found', documentNumbers: outcome.documentNumber === null ? [] : [outcome.documentNumber]}
    case 'several':
      return {outcome: 'several', documentNumbers: outcome.documentNumbers}
    case 'absent':
      return {outcome: 'absent', documentNumbers: []}
  }
}

/** One sentence. */
export function presentLookUp({
  destination,
  reference,
  by,
  outcome,
  documentNumbers,
}: Sighting & Pick<LookedUp, 'by'> & {readonly destination: string; readonly reference: string}): string {
  const what = by === 'message' ? `what the last message of ${reference} carries` : reference
  switch (outcome) {
    case 'found':
      return `${destination} has ${what}${documentNumbers.map((number) => ` as ${number}`).join('')}.`
    case 'several':
      return `${destination} has ${what} several times: ${documentNumbers.join(', ')}.`
    case 'absent':
      return `${destination} does not have ${what}.`
  }
}
