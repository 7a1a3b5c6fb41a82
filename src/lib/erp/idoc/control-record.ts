import {type ControlFields, controlFields, type IdocOperation} from '#lib/config/idoc-kind.js'
import {join, writeField, type Written} from './write-segments.js'

/** What stands in the control record of one IDoc beside its partners. */
interface Identity extends Pick<IdocOperation, 'idocType' | 'extension' | 'messageType'> {
  readonly arckey: string
}

/** The fields of the control record that the mapping chose for this document, or what is wrong with them. */
export function readControl(chosen: unknown): {readonly fields: ControlFields} | {readonly problem: string} {
  const parsed = controlFields.safeParse(chosen)
  if (parsed.success) return {fields: parsed.data}
  const problems = parsed.error.issues.map(({path, message}) => `${['EDI_DC40', ...path].join('.')}: ${message}`)
  return {problem: problems.join('; ')}
}

/** The control record, its fields in the order of their definition. */
export function writeControl({idocType, extension, messageType, arckey}: Identity, partners: ControlFields): Written {
  if (partners.SNDPRT === undefined || partners.SNDPRN === undefined) {
    return {ok: false, problem: 'EDI_DC40 names no sender: SNDPRT and SNDPRN are needed'}
  }
  const values: Readonly<Record<string, string | undefined>> = {
    TABNAM: 'EDI_DC40',
    DIRECT: inbound,
    IDOCTYP: idocType,
    CIMTYP: extension,
    MESTYP: messageType,
    MESCOD: partners.MESCOD,
    MESFCT: partners.MESFCT,
    SNDPOR: partners.SNDPOR,
    SNDPRT: partners.SNDPRT,
    SNDPFC: partners.SNDPFC,
    SNDPRN: partners.SNDPRN,
    RCVPOR: partners.RCVPOR,
    RCVPRT: partners.RCVPRT,
    RCVPFC: partners.RCVPFC,
    RCVPRN: partners.RCVPRN,
    ARCKEY: arckey,
  }
  const written = join(Object.entries(values).map(([name, value]) => writeField(name, value, `EDI_DC40.${name}`)))
  return written.ok ? {ok: true, xml: `<EDI_DC40 SEGMENT="1">${written.xml}</EDI_DC40>`} : written
}

/** As SAP sees it. */
const inbound = '2'
