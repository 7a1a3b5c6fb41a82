import type {Failure} from '#lib/kernel/failure.js'
import {textMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'

/**
 * Takes the document's personal data out of the text of a failure, before it
 * goes where nobody can mask it any more: into headers, logs, groups and alerts.
 * SAP's answer stays as it came; it is masked when it is shown.
 */
export function maskFailure<Outcome extends {readonly kind: string; readonly failure?: Failure}>(
  outcome: Outcome,
  document: unknown,
  fields: PersonalFields,
): Outcome {
  const {failure} = outcome
  if (failure === undefined || fields.kind === 'none') return outcome
  const mask = textMask(maskPersonal(document, fields).values)
  return {...outcome, failure: {...failure, text: mask(failure.text)}}
}
