import {readXml, type XmlElement} from '#lib/kernel/xml.js'
import {fieldOf, segmentsOf} from './segment.js'

/** An IDoc on its way in. */
export interface IncomingIdoc {
  readonly idocType: string
  readonly messageType: string
  readonly arckey: string
  /** Whether the rules of exactly once hold: one IDoc in a request, and a message id that is taken once. */
  readonly isExactlyOnce: boolean
  readonly control: XmlElement
  /** The element IDOC: control record and segments. */
  readonly idoc: XmlElement
}

/** Why a request holds no IDoc that could be taken. */
export interface Violation {
  readonly text: string
  /** Of message EA/728, where the namespace's rules are broken. */
  readonly cause?: string
}

export type ReadOutcome =
  {readonly kind: 'idoc'; readonly incoming: IncomingIdoc} | {readonly kind: 'violation'; readonly violation: Violation}

/** Reads a SOAP envelope that is to hold one IDoc. */
export function readEnvelope(source: string, contentType: string): ReadOutcome {
  const envelope = readXml(source)
  if (envelope?.name !== 'Envelope' || envelope.namespace !== soapNamespace) {
    return violation('Error when parsing an XML stream: no SOAP envelope')
  }
  const root = segmentsOf(envelope, 'Body')[0]?.children[0]
  if (root === undefined || !idocNamespaces.has(root.namespace)) return violation('The SOAP body holds no IDoc')
  const idocs = segmentsOf(root, 'IDOC')
  const [idoc] = idocs
  const control = idoc && segmentsOf(idoc, 'EDI_DC40')[0]
  if (idoc === undefined || control === undefined) return violation('The IDoc has no control record EDI_DC40')

  const arckey = fieldOf(control, 'ARCKEY')
  const isExactlyOnce = root.namespace === onceNamespace && /^application\/x-sap\.idoc\b/i.test(contentType)
  const cause = isExactlyOnce ? brokenRule(idocs.length, arckey) : undefined
  if (cause !== undefined) return violation(`IDoc SOAP Namespace - Violation (${cause})`, cause)
  const incoming = {
    idocType: fieldOf(control, 'IDOCTYP'),
    messageType: fieldOf(control, 'MESTYP'),
    arckey,
    isExactlyOnce,
    control,
    idoc,
  }
  return {kind: 'idoc', incoming}
}

function brokenRule(idocs: number, arckey: string): string | undefined {
  if (idocs > 1) return 'MULTIPLE_IDOCS_NOT_ALLOWED'
  if (arckey === '') return 'SOAP_MSGID_INITIAL'
  return arckey.startsWith(messageIdPrefix) ? undefined : 'SOAP_MSGID_PREFIX_INVALID'
}

function violation(text: string, cause?: string): ReadOutcome {
  return {kind: 'violation', violation: {text, ...(cause === undefined ? {} : {cause})}}
}

const messageIdPrefix = 'urn:sap.com:msgid='
const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
const onceNamespace = 'urn:sap-com:document:sap:idoc:soap:messages'
const idocNamespaces: ReadonlySet<string> = new Set([onceNamespace, 'urn:sap-com:document:sap:idoc:messages'])
