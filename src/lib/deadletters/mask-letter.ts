import {maskLine} from '#lib/intake/mask-line.js'
import {textMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import {maskAttempts} from '#lib/ledger/mask-attempts.js'
import type {AttemptRecord} from '#lib/ledger/timeline.js'
import type {Letter} from './letters.js'

/** A letter with all that belongs to it. */
export interface WholeLetter {
  readonly letter: Letter
  readonly attempts: readonly AttemptRecord[]
  /** The document; text for what never became a message. */
  readonly payload: unknown
}

/**
 * A letter for everybody's eyes: personal data is masked in the document, and in
 * what SAP said of it, also of what the document held before it was corrected.
 */
export function maskLetter(
  {letter, attempts, payload}: WholeLetter,
  fields: PersonalFields,
  formerPayloads: readonly unknown[],
): WholeLetter {
  if (fields.kind === 'none') return {letter, attempts, payload}
  if (letter.messageId === null) {
    return {letter, attempts, payload: typeof payload === 'string' ? maskLine(payload, fields) : payload}
  }
  const {document, values} = maskPersonal(payload, fields)
  const former = formerPayloads.flatMap((one) => maskPersonal(one, fields).values)
  const mask = textMask([...values, ...former])
  return {
    letter: {...letter, text: mask(letter.text)},
    attempts: maskAttempts(attempts, mask),
    payload: document,
  }
}
