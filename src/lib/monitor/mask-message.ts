import type {PersonalFieldsOf} from '#lib/intake/personal-fields.js'
import {textMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import {maskAttempts} from '#lib/ledger/mask-attempts.js'
import type {MessageRecord} from '#lib/ledger/timeline.js'

/**
 * Messages for everybody's eyes: personal data is masked in the documents, and
 * in what SAP said of them, also of what they held before they were corrected.
 */
export async function maskMessages(
  messages: readonly MessageRecord[],
  fieldsOf: PersonalFieldsOf,
  formerPayloads: ReadonlyMap<string, readonly unknown[]>,
): Promise<readonly MessageRecord[]> {
  return Promise.all(
    messages.map(async (message) =>
      maskMessage(message, await fieldsOf(message.flow), formerPayloads.get(message.id) ?? []),
    ),
  )
}

function maskMessage(message: MessageRecord, fields: PersonalFields, former: readonly unknown[]): MessageRecord {
  if (fields.kind === 'none') return message
  const {document, values} = maskPersonal(message.payload, fields)
  const mask = textMask([...values, ...former.flatMap((payload) => maskPersonal(payload, fields).values)])
  return {...message, payload: document, attempts: maskAttempts(message.attempts, mask)}
}
