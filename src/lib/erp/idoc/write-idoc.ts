import type {ControlFields, IdocOperation} from '#lib/config/idoc-kind.js'
import type {ErpDocument} from '#lib/erp/connector.js'
import {readControl, writeControl} from './control-record.js'
import {writeSegments, type Written} from './write-segments.js'

/** What the mapping made: the segments, and the fields of the control record that differ from document to document. */
interface IdocBody {
  readonly control: unknown
  readonly segments: Readonly<Record<string, unknown>>
}

/** What keeps a body from being an IDoc; undefined if nothing does. */
export function findProblem(body: ErpDocument['body']): string | undefined {
  const {control, segments} = readBody(body)
  const read = readControl(control)
  if ('problem' in read) return read.problem
  const written = writeSegments(segments)
  if (!written.ok) return written.problem
  return written.xml === '' ? 'The mapping gave no segment' : undefined
}

/** The whole request: one IDoc in a SOAP envelope, in the namespace by which SAP takes each message id once. */
export function writeIdoc(
  operation: IdocOperation,
  partners: ControlFields,
  body: ErpDocument['body'],
  arckey: string,
): Written {
  const chosen = readBody(body)
  const read = readControl(chosen.control)
  if ('problem' in read) return {ok: false, problem: read.problem}
  const control = writeControl({...operation, arckey}, {...partners, ...operation.control, ...read.fields})
  if (!control.ok) return control
  const segments = writeSegments(chosen.segments)
  if (!segments.ok) return segments
  const root = (operation.extension ?? operation.idocType).replaceAll('/', '_-')
  const idoc = `<IDOC BEGIN="1">${control.xml}${segments.xml}</IDOC>`
  return {ok: true, xml: `${before}<${root} xmlns="${exactlyOnce}">${idoc}</${root}>${after}`}
}

function readBody({EDI_DC40: control, ...segments}: ErpDocument['body']): IdocBody {
  return {control, segments}
}

const exactlyOnce = 'urn:sap-com:document:sap:idoc:soap:messages'
const before =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Body>'
const after = '</soap-env:Body></soap-env:Envelope>'
