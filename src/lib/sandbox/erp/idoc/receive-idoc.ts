import {initialRow, type Row, textOf} from '#lib/sandbox/erp/world/dictionary.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import type {IncomingIdoc} from './read-envelope.js'
import {fieldOf} from './segment.js'

/** An IDoc that SAP has, and whether it has just come. */
export interface Received {
  readonly number: string
  readonly isNew: boolean
  /** Whether it is to be posted: not if its control record or its segments are wrong already. */
  readonly isReady: boolean
}

/**
 * Keeps an IDoc, to be posted later. One whose message id is known is not kept
 * again: the answer is that of the first time.
 */
export function receiveIdoc(world: World, incoming: IncomingIdoc, source: string): Received {
  const [known] = incoming.isExactlyOnce ? world.where('idoc', 'ARCKEY', incoming.arckey) : []
  if (known !== undefined) return {number: textOf(known, 'DOCNUM'), isNew: false, isReady: false}
  return world.transaction((tx) => {
    const number = tx.nextNumber('idoc').padStart(16, '0')
    const status = firstStatus(incoming)
    const row: Row = {
      ...initialRow('idoc'),
      DOCNUM: number,
      ARCKEY: incoming.arckey,
      MESTYP: incoming.messageType,
      IDOCTYP: incoming.idocType,
      XML: source,
      ...status,
    }
    tx.put('idoc', row)
    return {number, isNew: true, isReady: status.STATUS === '64'}
  })
}

function firstStatus({control, idocType, idoc}: IncomingIdoc): {readonly STATUS: string; readonly STATXT: string} {
  const isPartnerKnown = partnerFields.every((field) => fieldOf(control, field) !== '')
  if (!isPartnerKnown) return {STATUS: '56', STATXT: 'EDI: Partner profile inbound not available'}
  const mandatory = mandatorySegments[idocType]
  if (mandatory === undefined) return {STATUS: '60', STATXT: `Basic type ${idocType} is not known`}
  const isThere = idoc.children.some(({name}) => name === mandatory)
  if (!isThere) return {STATUS: '60', STATXT: `Mandatory segment ${mandatory} is missing`}
  return {STATUS: '64', STATXT: 'IDoc ready to be transferred to application'}
}

const partnerFields = ['SNDPRT', 'SNDPRN', 'RCVPRT', 'RCVPRN']

/** The IDoc types that this sandbox can post. */
const mandatorySegments: Readonly<Record<string, string>> = {ORDERS05: 'E1EDK01', DEBMAS06: 'E1KNA1M'}
