import {char, type RfcStructure, structure} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {rowsIn, structureIn, textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import type {ReturnMessage} from '#lib/sandbox/erp/rfc/return-message.js'
import {meant} from './flags.js'
import type {OrderInput} from './check-order.js'
import {placeOrder, refused} from './place-order.js'
import {bapiret2, toBapiret2} from './return-messages.js'
import {bapiparnr, bapischdl, bapischdlx, bapisdhd1, bapisdhd1x, bapisditm, bapisditmx} from './sales-structures.js'

/** Creates a sales order, which waits for BAPI_TRANSACTION_COMMIT in the same session. */
export const createSalesOrderBapi: FunctionModule = {
  name: 'BAPI_SALESORDER_CREATEFROMDAT2',
  parameters: [
    importing(structure('ORDER_HEADER_IN', bapisdhd1), {isRequired: true}),
    importing(structure('ORDER_HEADER_INX', bapisdhd1x)),
    importing(char('TESTRUN', 1)),
    exporting(char('SALESDOCUMENT', 10)),
    tables('RETURN', bapiret2),
    tables('ORDER_ITEMS_IN', bapisditm),
    tables('ORDER_ITEMS_INX', bapisditmx),
    tables('ORDER_PARTNERS', bapiparnr),
    tables('ORDER_SCHEDULES_IN', bapischdl),
    tables('ORDER_SCHEDULES_INX', bapischdlx),
  ],
  does: ['write'],
  run: ({given, world, work}) => {
    const isTestRun = textIn(given, 'TESTRUN') === 'X'
    const placed = placeOrder(world, orderIn(given), blame, isTestRun)
    if (placed.kind === 'refused') return answer(placed.messages)
    if (!isTestRun) work.add(world, given, placed.write)
    return {...answer(successes(placed.number)), SALESDOCUMENT: placed.number}
  },
  refuse: (message) => answer(refused([message]).messages),
}

function orderIn(given: RfcStructure): OrderInput {
  const [itemFlags, scheduleFlags] = [rowsIn(given, 'ORDER_ITEMS_INX'), rowsIn(given, 'ORDER_SCHEDULES_INX')]
  return {
    header: meant(structureIn(given, 'ORDER_HEADER_IN'), structureIn(given, 'ORDER_HEADER_INX')),
    items: rowsIn(given, 'ORDER_ITEMS_IN').map((item) => meant(item, rowLike(item, itemFlags, itemKey), itemKey)),
    schedules: rowsIn(given, 'ORDER_SCHEDULES_IN').map((line) =>
      meant(line, rowLike(line, scheduleFlags, scheduleKey), scheduleKey),
    ),
    partners: rowsIn(given, 'ORDER_PARTNERS'),
  }
}

function rowLike(row: RfcStructure, rows: readonly RfcStructure[], key: readonly string[]): RfcStructure | undefined {
  return rows.find((other) => key.every((field) => textIn(other, field) === textIn(row, field)))
}

function successes(number: string): readonly ReturnMessage[] {
  const processed = ['SALES_HEADER_IN', 'SALES_ITEM_IN'].map((part): ReturnMessage => ({
    type: 'S',
    code: 'V4/233',
    text: `${part} has been processed successfully`,
    variables: [part],
  }))
  if (number === '') return processed
  const external = number.replace(/^0+/, '')
  const variables = ['Standard Order', external]
  return [...processed, {type: 'S', code: 'V1/311', text: `Standard Order ${external} has been saved`, variables}]
}

function answer(messages: readonly ReturnMessage[]): RfcStructure {
  return {RETURN: messages.map(toBapiret2)}
}

const itemKey = ['ITM_NUMBER']
const scheduleKey = ['ITM_NUMBER', 'SCHED_LINE']
const blame = {header: 'ORDER_HEADER_IN', items: 'ORDER_ITEMS_IN', partners: 'ORDER_PARTNERS'}
