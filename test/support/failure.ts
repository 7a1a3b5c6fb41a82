import type {Failure} from '#lib/kernel/failure.js'

/** A failure as SAP or the network gives it. */
export function failure(changes: Partial<Failure> = {}): Failure {
  return {class: 'transient', executed: 'no', code: 'sap:V1/042', text: 'locked', stage: 'call', ...changes}
}
