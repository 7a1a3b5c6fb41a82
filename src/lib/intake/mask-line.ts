import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import {parseDocument} from './readers/parse-document.js'

/** Text that should be a document, masked; where it is none, nobody can tell what is personal in it, and nothing is shown. */
export function maskLine(text: string, fields: PersonalFields): string {
  if (fields.kind === 'none') return text
  const parsed = parseDocument(Buffer.from(text))
  return 'document' in parsed ? JSON.stringify(maskPersonal(parsed.document, fields).document) : '***'
}
