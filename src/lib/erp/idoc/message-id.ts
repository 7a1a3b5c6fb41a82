import {createHash} from 'node:crypto'

/**
 * What stands in `EDI_DC40-ARCKEY`: the same for every call with a message, and
 * another for every other message of any flow, as SAP takes each id once and
 * passes over whatever comes with it again.
 *
 * `urn:sap.com:msgid=FLOW:REFERENCE`, or a hash of both where that does not fit
 * into the field's 70 characters or holds what a code page may lack.
 */
export function messageId(flow: string, reference: string): string {
  const plain = `${flow}:${reference}`
  return prefix + (fitting.test(plain) ? plain : hashOf(plain))
}

/** No colon in it, so that it is no other message's plain id. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashLength)
}

const prefix = 'urn:sap.com:msgid='
const mostCharacters = 70 - prefix.length
const fitting = new RegExp(`^[!-~]{1,${mostCharacters}}$`)
const hashLength = 40
