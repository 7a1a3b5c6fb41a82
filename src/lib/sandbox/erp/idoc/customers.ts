import type {XmlElement} from '#lib/kernel/xml.js'
import {changeBusinessPartner, createBusinessPartner} from '#lib/sandbox/erp/world/business-partners.js'
import type {Draft} from '#lib/sandbox/erp/world/dictionary.js'
import {Refusal} from '#lib/sandbox/erp/world/refusal.js'
import type {WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {fieldOf, segmentsOf} from './segment.js'

/** Changes the customer of a DEBMAS, or creates it, and gives its number. */
export function postCustomer(tx: WorldTransaction, idoc: XmlElement): string {
  const master = segmentsOf(idoc, 'E1KNA1M')[0]
  const number = fieldOf(master, 'KUNNR')
  if (number === '') throw new Refusal('Enter a customer number.', {code: 'F2/002', target: 'KUNNR'})
  const draft: Draft = {
    ...sent(master, 'NAME1', 'OrganizationBPName1'),
    ...sent(master, 'SORTL', 'SearchTerm1'),
    ...sentFlag(master, 'SPERR', 'BusinessPartnerIsBlocked'),
  }
  if (!changeBusinessPartner(tx, [number], draft)) {
    createBusinessPartner(tx, {...draft, BusinessPartner: number, BusinessPartnerCategory: '2'}, [])
  }
  return number
}

/** A field that is not sent stays as it is; so does one that holds the sign for it. */
function sent(segment: XmlElement | undefined, name: string, field: string): Draft {
  return isSent(segment, name) ? {[field]: fieldOf(segment, name)} : {}
}

function sentFlag(segment: XmlElement | undefined, name: string, field: string): Draft {
  return isSent(segment, name) ? {[field]: fieldOf(segment, name) === 'X'} : {}
}

function isSent(segment: XmlElement | undefined, name: string): boolean {
  return segment?.children.some((child) => child.name === name) === true && fieldOf(segment, name) !== noData
}

const noData = '/'
