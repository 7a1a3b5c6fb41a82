import {maskLine as maskText} from '#lib/intake/mask-line.js'
import {maskTexts, textMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import type {LetterLine} from './format.js'

/** A letter for everybody's eyes: personal data is masked in every revision of the document, and in what was said of it. */
export function maskLetterLine(line: LetterLine, fields: PersonalFields): unknown {
  const {letter, message, attempts, revisions} = line
  if (fields.kind === 'none') return line
  if (message === null) {
    const raw = maskText(Buffer.from(letter.raw ?? '', 'base64').toString('utf8'), fields)
    return {...line, letter: {...letter, raw: Buffer.from(raw).toString('base64')}}
  }
  const masked = maskPersonal(message.payload, fields)
  const older = revisions.map((revision) => ({revision, ...maskPersonal(revision.payload, fields)}))
  const mask = textMask([...masked.values, ...older.flatMap(({values}) => values)])
  return {
    letter: {...letter, text: mask(letter.text), headers: maskTexts(letter.headers, mask)},
    message: {...message, payload: masked.document},
    attempts: attempts.map((attempt) => ({
      ...attempt,
      text: attempt.text === null ? null : mask(attempt.text),
      answer: maskTexts(attempt.answer, mask),
    })),
    // A patch holds values, too; the payloads before and after it say the same.
    revisions: older.map(({revision, document}) => ({...revision, payload: document, patch: null})),
  }
}
