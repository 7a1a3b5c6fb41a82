import {customerLength, toExternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {char, structure} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing} from '#lib/sandbox/erp/rfc/function-module.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {textOf} from '#lib/sandbox/erp/world/dictionary.js'
import {notCreated} from './change-customer.js'
import {bapicustomer04, bapicustomerKna1} from './customer-structures.js'
import {bapiret1, toBapiret1} from './return-messages.js'

/** Tells what is stored of a customer. */
export const customerDetail: FunctionModule = {
  name: 'BAPI_CUSTOMER_GETDETAIL2',
  parameters: [
    importing(char('CUSTOMERNO', 10), {isRequired: true}),
    importing(char('COMPANYCODE', 4)),
    exporting(structure('CUSTOMERADDRESS', bapicustomer04)),
    exporting(structure('CUSTOMERGENERALDETAIL', bapicustomerKna1)),
    exporting(structure('RETURN', bapiret1)),
  ],
  run: ({given, world}) => {
    const stored = textIn(given, 'CUSTOMERNO')
    const id = toExternal(stored, customerLength)
    const customer = id === undefined ? undefined : world.find('businessPartner', [id])
    if (!customer || id === undefined) return {RETURN: toBapiret1(notCreated(stored))}
    const [address = {}] = world.where('businessPartnerAddress', 'BusinessPartner', id)
    return {
      CUSTOMERADDRESS: {
        CUSTOMER: stored,
        NAME: textOf(customer, 'BusinessPartnerFullName').slice(0, 35),
        CITY: textOf(address, 'CityName').slice(0, 35),
        POSTL_COD1: textOf(address, 'PostalCode'),
        STREET: textOf(address, 'StreetName').slice(0, 35),
        COUNTRY: textOf(address, 'Country'),
        LANGU: 'E',
        LANGU_ISO: 'EN',
      },
      CUSTOMERGENERALDETAIL: {
        CUSTOMER: stored,
        ACCNT_GRP: 'KUNA',
        SORT1: textOf(customer, 'SearchTerm1').slice(0, 10),
        ORDR_BLK_G: customer.BusinessPartnerIsBlocked === true ? '01' : '',
      },
    }
  },
}
