import {readXml, type XmlElement} from '#lib/kernel/xml.js'
import type {RefusalMessage} from '#lib/sandbox/erp/faults/refusal.js'
import {type Row, textOf} from '#lib/sandbox/erp/world/dictionary.js'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import type {World, WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {postCustomer} from './customers.js'
import {postOrder} from './orders.js'

/**
 * Posts an IDoc that waits for it, and writes down what came of it: status 53
 * together with the document, or 51 with the message and nothing else.
 */
export function postIdoc(world: World, number: string, refusal: RefusalMessage | undefined): void {
  const row = world.find('idoc', [number])
  if (row === undefined || !postable.has(textOf(row, 'STATUS'))) return
  try {
    if (refusal !== undefined) throw new Refusal(refusal.text, {code: refusal.code})
    world.transaction((tx) => {
      const document = post(tx, row)
      tx.put('idoc', {...row, ...noMessage, STATUS: '53', STATXT: 'Application document posted', OBJKEY: document})
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const {message, code} = error
    world.transaction((tx) => tx.put('idoc', {...row, STATUS: '51', STATXT: message, ...messageOf(code)}))
  }
}

function post(tx: WorldTransaction, row: Row): string {
  const idoc = idocIn(textOf(row, 'XML'))
  return textOf(row, 'IDOCTYP') === 'ORDERS05' ? postOrder(tx, idoc) : postCustomer(tx, idoc)
}

/** Envelope, Body, root, IDOC: read before when the IDoc came in. */
function idocIn(source: string): XmlElement {
  const body = readXml(source)?.children.find(({name}) => name === 'Body')
  const idoc = body?.children[0]?.children.find(({name}) => name === 'IDOC')
  if (idoc === undefined) throw new Error('an IDoc was kept that cannot be read')
  return idoc
}

function messageOf(code: string): {readonly STAMID: string; readonly STAMNO: string} {
  const at = code.lastIndexOf('/')
  return {STAMID: code.slice(0, at), STAMNO: code.slice(at + 1)}
}

const noMessage = {STAMID: '', STAMNO: ''}

/** Ready, and what failed in the application: transaction BD87 posts these again. */
const postable: ReadonlySet<string> = new Set(['51', '64'])
