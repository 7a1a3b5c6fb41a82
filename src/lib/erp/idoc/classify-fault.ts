import {type FindMessage, type Verdict, verdictOf} from '#lib/erp/message-table.js'
import type {SoapFault} from './read-answer.js'

/**
 * The verdict on a SOAP fault. SAP gives one in place of keeping the IDoc; where
 * it neither names a message nor blames the sender, nobody knows how far it got.
 */
export function classifyFault({code, isSenders}: SoapFault, find: FindMessage): Verdict {
  if (code === undefined) {
    return isSenders
      ? {class: 'permanent', executed: 'no', code: 'soap:Client'}
      : {class: 'in_doubt', executed: 'unknown', code: 'soap:Server'}
  }
  // Nobody but us sends this id: the call before this one is at work still.
  if (code === idLocked) return {class: 'in_doubt', executed: 'unknown', code: `sap:${code}`}
  const known = find(code)
  return known === undefined ? {class: 'permanent', executed: 'no', code: `sap:${code}`} : verdictOf(known)
}

const idLocked = 'EA/728'
