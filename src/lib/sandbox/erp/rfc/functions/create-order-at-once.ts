import {char, date, packed, type RfcStructure, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {rowsIn, textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'
import type {OrderInput} from './check-order.js'
import {placeOrder, refused} from './place-order.js'
import {bapiret2, toBapiret2} from './return-messages.js'

const orderLine: StructureType = {
  name: 'ZERPSYNC_ORDER_ITEM',
  fields: [char('MATNR', 40), packed('MENGE', 7, 3), char('VRKME', 3)],
}

/** A function of a customer's own, of the kind that commits inside: nothing is left to be done by the caller. */
export const createOrderAtOnce: FunctionModule = {
  name: 'Z_ERPSYNC_ORDER_CREATE',
  parameters: [
    importing(char('IV_AUART', 4), {default: 'TA'}),
    importing(char('IV_VKORG', 4)),
    importing(char('IV_VTWEG', 2)),
    importing(char('IV_SPART', 2)),
    importing(char('IV_KUNNR', 10)),
    importing(char('IV_BSTKD', 35)),
    importing(date('IV_VDATU')),
    importing(char('IV_WAERK', 5)),
    exporting(char('EV_VBELN', 10)),
    tables('IT_ITEMS', orderLine),
    tables('ET_RETURN', bapiret2),
  ],
  does: ['write', 'commit'],
  run: ({given, world, work}) => {
    const placed = placeOrder(world, orderIn(given), blame, false)
    if (placed.kind === 'refused') return answer(placed.messages)
    work.add(world, given, placed.write)
    work.commit()
    const external = placed.number.replace(/^0+/, '')
    const text = `Standard Order ${external} has been saved`
    const variables = ['Standard Order', external]
    return {...answer([{type: 'S', code: 'V1/311', text, variables}]), EV_VBELN: placed.number}
  },
  refuse: (message) => answer(refused([message]).messages),
}

function orderIn(given: RfcStructure): OrderInput {
  return {
    header: {
      DOC_TYPE: textIn(given, 'IV_AUART'),
      SALES_ORG: textIn(given, 'IV_VKORG'),
      DISTR_CHAN: textIn(given, 'IV_VTWEG'),
      DIVISION: textIn(given, 'IV_SPART'),
      PURCH_NO_C: textIn(given, 'IV_BSTKD'),
      REQ_DATE_H: textIn(given, 'IV_VDATU'),
      CURRENCY: textIn(given, 'IV_WAERK'),
    },
    items: rowsIn(given, 'IT_ITEMS').map((item) => ({
      MATERIAL_LONG: textIn(item, 'MATNR'),
      TARGET_QTY: textIn(item, 'MENGE'),
      TARGET_QU: textIn(item, 'VRKME'),
    })),
    schedules: [],
    partners: [{PARTN_ROLE: 'AG', PARTN_NUMB: textIn(given, 'IV_KUNNR')}],
  }
}

function answer(messages: readonly ReturnMessage[]): RfcStructure {
  return {ET_RETURN: messages.map(toBapiret2)}
}

const blame = {header: 'IV_VKORG', items: 'IT_ITEMS', partners: 'IV_KUNNR'}
