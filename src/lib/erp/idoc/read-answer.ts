import {readXml, type XmlElement} from '#lib/kernel/xml.js'

/** What SAP said by SOAP. */
export type SoapAnswer =
  /** It has the IDoc, under this number if it said so. */
  {readonly kind: 'accepted'; readonly number: string | null} | {readonly kind: 'fault'; readonly fault: SoapFault}

export interface SoapFault {
  /** SAP's message class and number, if there is one: `EA/728`. */
  readonly code: string | undefined
  readonly text: string
  /** SAP blames what was sent, not itself. */
  readonly isSenders: boolean
}

/** Reads a SOAP envelope, of version 1.1 or 1.2; undefined if the text is none. */
export function readSoapAnswer(text: string): SoapAnswer | undefined {
  const envelope = readXml(text)
  if (envelope?.name !== 'Envelope' || !soapNamespaces.has(envelope.namespace)) return undefined
  const body = childOf(envelope, 'Body')
  const fault = body && childOf(body, 'Fault')
  if (fault !== undefined) return {kind: 'fault', fault: readFault(fault)}
  const number = body && findDeep(body, ({name}) => numberNames.has(name.replaceAll('_', '').toUpperCase()))
  return {kind: 'accepted', number: number?.text.trim() || null}
}

function readFault(fault: XmlElement): SoapFault {
  const code = childOf(fault, 'faultcode') ?? findDeep(fault, ({name}) => name === 'Value')
  const reason = childOf(fault, 'faultstring') ?? findDeep(fault, ({name}) => name === 'Text')
  const message = findDeep(fault, (element) => childOf(element, 'ID') !== undefined && numberIn(element) !== undefined)
  return {
    code: message && messageCode(childOf(message, 'ID'), numberIn(message)),
    text: reason?.text.trim() || 'SOAP fault without a text',
    isSenders: /(?:^|:)(?:Client|Sender)\b/.test(code?.text.trim() ?? ''),
  }
}

/** A code becomes part of fingerprints and log lines: nothing long or strange gets through. */
function messageCode(id: XmlElement | undefined, number: XmlElement | undefined): string | undefined {
  const code = `${id?.text.trim() ?? ''}/${(number?.text.trim() ?? '').padStart(3, '0')}`
  return /^[\w/&()$.-]{1,20}\/\d{3}$/.test(code) ? code : undefined
}

function numberIn(element: XmlElement): XmlElement | undefined {
  return childOf(element, 'Number') ?? childOf(element, 'NUMBER')
}

function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name)
}

function findDeep(root: XmlElement, isWanted: (element: XmlElement) => boolean): XmlElement | undefined {
  const waiting = [...root.children]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (isWanted(next)) return next
    waiting.unshift(...next.children)
  }
  return undefined
}

const soapNamespaces: ReadonlySet<string> = new Set([
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2003/05/soap-envelope',
])

/** `DB_ID`, as the function behind the address calls it, `DbId`, or `DOCNUM`, as everybody else does. */
const numberNames: ReadonlySet<string> = new Set(['DBID', 'DOCNUM'])
