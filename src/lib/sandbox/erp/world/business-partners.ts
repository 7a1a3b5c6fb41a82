import {type Draft, initialRow, type Row, textOf, type Value} from './dictionary.js'
import {Refusal} from './refusal.js'
import {changedAt, today} from './stamps.js'
import type {WorldTransaction} from './world.js'

/** Creates a business partner with its addresses, under the number given or the next free one. */
export function createBusinessPartner(tx: WorldTransaction, draft: Draft, addresses: readonly Draft[]): Row {
  const id = textOf(draft, 'BusinessPartner') || nextFreeNumber(tx)
  if (tx.find('businessPartner', [id])) {
    throw new Refusal(`Business partner ${id} already exists.`, {code: 'R1/153', target: 'BusinessPartner'})
  }
  const partner = putPartner(tx, {...initialRow('businessPartner'), ...draft}, id)
  tx.book({kind: 'create', reference: id, document: id, name: nameOf(partner)})
  for (const address of addresses) putAddress(tx, id, {...initialRow('businessPartnerAddress'), ...address})
  return partner
}

/** Changes a business partner; undefined if there is none. */
export function changeBusinessPartner(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const partner = tx.find('businessPartner', key)
  if (!partner) return undefined
  const id = textOf(partner, 'BusinessPartner')
  const changed = putPartner(tx, {...partner, ...draft}, id, partner)
  tx.book({kind: 'change', reference: id, document: id, name: nameOf(changed)})
  return changed
}

/** Rewrites a business partner as if somebody in SAP had done it: nothing is counted as an effect. */
export function rewriteBusinessPartner(tx: WorldTransaction, partner: Row, draft: Draft): Row {
  return putPartner(tx, {...partner, ...draft}, textOf(partner, 'BusinessPartner'), partner)
}

/** Changes a customer and his first address as one change; nothing if there is no such customer. */
export function changeCustomer(tx: WorldTransaction, id: string, draft: Draft, address: Draft): void {
  if (!changeBusinessPartner(tx, [id], draft)) return
  const [first] = tx.where('businessPartnerAddress', 'BusinessPartner', id)
  if (first) tx.put('businessPartnerAddress', {...first, ...address})
}

/** Adds an address, which changes its business partner too. */
export function createAddress(tx: WorldTransaction, draft: Draft): Row {
  const id = textOf(draft, 'BusinessPartner')
  if (!changeBusinessPartner(tx, [id], {})) {
    throw new Refusal(`Business partner ${id} does not exist.`, {code: 'R1/110', target: 'BusinessPartner'})
  }
  return putAddress(tx, id, {...initialRow('businessPartnerAddress'), ...draft})
}

/** Changes an address, which changes its business partner too; undefined if there is none. */
export function changeAddress(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const address = tx.find('businessPartnerAddress', key)
  if (!address) return undefined
  const id = textOf(address, 'BusinessPartner')
  changeBusinessPartner(tx, [id], {})
  return tx.put('businessPartnerAddress', {
    ...address,
    ...draft,
    BusinessPartner: id,
    AddressID: textOf(address, 'AddressID'),
  })
}

function putPartner(tx: WorldTransaction, partner: Row, id: string, former?: Row): Row {
  const person = `${textOf(partner, 'FirstName')} ${textOf(partner, 'LastName')}`.trim()
  return tx.put('businessPartner', {
    ...partner,
    BusinessPartner: id,
    Customer: id,
    BusinessPartnerFullName: textOf(partner, 'OrganizationBPName1') || person,
    LastChangeDate: today(tx),
    LastChangeDateTime: changedAt(tx, former),
  })
}

function nameOf(partner: Row): string {
  return textOf(partner, 'BusinessPartnerFullName')
}

function putAddress(tx: WorldTransaction, id: string, address: Row): Row {
  const number = textOf(address, 'AddressID') || tx.nextNumber('address')
  if (tx.find('businessPartnerAddress', [id, number])) {
    throw new Refusal(`Address ${number} already exists.`, {code: 'AM/225', target: 'AddressID'})
  }
  return tx.put('businessPartnerAddress', {...address, BusinessPartner: id, AddressID: number})
}

function nextFreeNumber(tx: WorldTransaction): string {
  const number = tx.nextNumber('businessPartner')
  return tx.find('businessPartner', [number]) ? nextFreeNumber(tx) : number
}
