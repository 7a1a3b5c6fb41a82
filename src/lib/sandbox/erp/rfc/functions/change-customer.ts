import {customerLength, toExternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {char, type RfcStructure, structure} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing} from '#lib/sandbox/erp/rfc/function-module.js'
import {structureIn, textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'
import {changeCustomer} from '#lib/sandbox/erp/world/business-partners.js'
import type {Draft} from '#lib/sandbox/erp/world/dictionary.js'
import {bapikna1011, bapikna1011x, bapikna106, bapikna106x} from './customer-structures.js'
import {flagged} from './flags.js'
import {bapireturn1, toBapireturn1} from './return-messages.js'

/** Changes what is flagged of a customer; it waits for BAPI_TRANSACTION_COMMIT in the same session. */
export const changeCustomerBapi: FunctionModule = {
  name: 'BAPI_CUSTOMER_CHANGEFROMDATA1',
  parameters: [
    importing(char('CUSTOMERNO', 10), {isRequired: true}),
    importing(char('PI_SALESORG', 4)),
    importing(char('PI_DISTR_CHAN', 2)),
    importing(char('PI_DIVISION', 2)),
    importing(structure('PI_PERSONALDATA', bapikna1011)),
    importing(structure('PI_PERSONALDATAX', bapikna1011x)),
    importing(structure('PI_COMPANYDATA', bapikna106)),
    importing(structure('PI_COMPANYDATAX', bapikna106x)),
    exporting(structure('RETURN', bapireturn1)),
  ],
  does: ['write'],
  run: ({given, world, work}) => {
    const stored = textIn(given, 'CUSTOMERNO')
    const customer = toExternal(stored, customerLength)
    if (customer === undefined || !world.find('businessPartner', [customer])) return answer(notCreated(stored))
    const company = flagged(structureIn(given, 'PI_COMPANYDATA'), structureIn(given, 'PI_COMPANYDATAX'))
    const person = flagged(structureIn(given, 'PI_PERSONALDATA'), structureIn(given, 'PI_PERSONALDATAX'))
    const draft = {...drafted(company, companyFields), ...drafted(person, personFields)}
    const address = {...drafted(person, addressFields), ...drafted(company, addressFields)}
    work.add(world, given, (tx) => changeCustomer(tx, customer, draft, address))
    return {}
  },
  refuse: (message) => answer(message),
}

/** What both functions about customers say of one that there is not. */
export function notCreated(customer: string): ReturnMessage {
  return {type: 'E', code: 'F2/163', text: `Customer ${customer} has not been created`, variables: [customer]}
}

function drafted(values: RfcStructure, fields: Readonly<Record<string, string>>): Draft {
  const known = Object.entries(fields).filter(([field]) => field in values)
  return Object.fromEntries(known.map(([field, name]) => [name, textIn(values, field)]))
}

function answer(message: ReturnMessage): RfcStructure {
  return {RETURN: toBapireturn1(message)}
}

const companyFields = {NAME: 'OrganizationBPName1'}
const personFields = {FIRSTNAME: 'FirstName', LASTNAME: 'LastName'}
const addressFields = {CITY: 'CityName', POSTL_COD1: 'PostalCode', STREET: 'StreetName', COUNTRY: 'Country'}
