import {customerLength, longMaterialLength, materialLength, toExternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {fromDats} from '#lib/sandbox/erp/rfc/dates.js'
import type {RfcStructure} from '#lib/sandbox/erp/rfc/field-type.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'

/** An order as a function was given it, in the fields of the BAPI. */
export interface OrderInput {
  readonly header: RfcStructure
  readonly items: readonly RfcStructure[]
  readonly schedules: readonly RfcStructure[]
  readonly partners: readonly RfcStructure[]
}

/** The names of the parameters that messages blame. */
export interface Blame {
  readonly header: string
  readonly items: string
  readonly partners: string
}

interface MaterialNumber {
  readonly stored: string
  readonly external: string | undefined
}

/** Says what SAP has against an order, in the order in which SAP looks. */
export function checkOrder(world: World, input: OrderInput, blame: Blame): readonly ReturnMessage[] {
  return [
    ...checkHeader(input.header, blame),
    ...checkPartners(world, input.partners, blame),
    ...checkItems(world, input, blame),
  ]
}

/** The number of the sold-to party as given; empty if there is none. */
export function soldTo(partners: readonly RfcStructure[]): string {
  const partner = partners.find(isSoldTo)
  return partner ? textIn(partner, 'PARTN_NUMB') : ''
}

/** The long field counts where both are given. */
export function materialOf(item: RfcStructure): MaterialNumber {
  const long = textIn(item, 'MATERIAL_LONG')
  if (long !== '') return {stored: long, external: toExternal(long, longMaterialLength)}
  const stored = textIn(item, 'MATERIAL')
  return {stored, external: toExternal(stored, materialLength)}
}

function checkHeader(header: RfcStructure, blame: Blame): readonly ReturnMessage[] {
  const parameter = blame.header
  const problems: ReturnMessage[] = []
  if (textIn(header, 'SALES_ORG') === '') {
    problems.push({
      type: 'E',
      code: 'V1/331',
      text: 'Please enter a sales organization',
      parameter,
      field: 'SALES_ORG',
    })
  }
  for (const field of ['REQ_DATE_H', 'PURCH_DATE', 'DOC_DATE']) {
    const value = textIn(header, field)
    if (fromDats(value) !== undefined) continue
    const text = `Error in ${parameter} ${field}: ${value} is not a date`
    problems.push({type: 'E', code: 'V4/248', text, variables: [parameter, field], parameter, field})
  }
  return problems
}

function checkPartners(world: World, partners: readonly RfcStructure[], blame: Blame): readonly ReturnMessage[] {
  const parameter = blame.partners
  const stored = soldTo(partners)
  if (stored === '') {
    const text = 'Please enter sold-to party or ship-to party'
    return [{type: 'E', code: 'V1/219', text, parameter}]
  }
  const customer = toExternal(stored, customerLength)
  if (customer !== undefined && world.find('businessPartner', [customer])) return []
  const row = partners.findIndex(isSoldTo) + 1
  const text = `Customer ${stored} does not exist`
  return [{type: 'E', code: 'VP/204', text, variables: [stored], parameter, row, field: 'PARTN_NUMB'}]
}

function checkItems(world: World, {header, items}: OrderInput, blame: Blame): readonly ReturnMessage[] {
  const area = [textIn(header, 'SALES_ORG'), textIn(header, 'DISTR_CHAN')]
  return items.flatMap((item, index): readonly ReturnMessage[] => {
    const material = materialOf(item)
    if (material.external !== undefined && world.find('product', [material.external])) return []
    const text = `Material ${material.stored} is not defined for sales org.${area[0]} distrib.chan${area[1]} language EN`
    const variables = [material.stored, ...area, 'EN']
    return [{type: 'E', code: 'V1/382', text, variables, parameter: blame.items, row: index + 1, field: 'MATERIAL'}]
  })
}

function isSoldTo(partner: RfcStructure): boolean {
  return soldToRoles.includes(textIn(partner, 'PARTN_ROLE'))
}

/** Sold-to party, in German and in English. */
const soldToRoles = ['AG', 'SP']
