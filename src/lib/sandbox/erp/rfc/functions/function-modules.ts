import type {FunctionModule} from '#lib/sandbox/erp/rfc/function-module.js'
import {exceptionWithMessage} from '#lib/sandbox/erp/rfc/rfc-error.js'
import {changeCustomerBapi} from './change-customer.js'
import {connectionTests} from './connection-tests.js'
import {createOrderAtOnce} from './create-order-at-once.js'
import {createSalesOrderBapi} from './create-sales-order.js'
import {customerDetail} from './customer-detail.js'
import {dataDictionary} from './data-dictionary.js'
import {functionSearch} from './function-search.js'
import {raiseError} from './raise-error.js'
import {readTable} from './read-table.js'
import {salesOrderStatus} from './sales-order-status.js'
import {simulation} from './simulation.js'
import {transaction} from './transaction.js'

/** All functions that can be called, by name. */
export const functionModules: ReadonlyMap<string, FunctionModule> = new Map(
  [
    ...connectionTests,
    raiseError,
    readTable,
    createSalesOrderBapi,
    salesOrderStatus,
    changeCustomerBapi,
    customerDetail,
    ...transaction,
    createOrderAtOnce,
    ...simulation,
    ...dataDictionary(() => functionModules),
    functionSearch(() => functionModules),
  ].map((one) => [one.name, one]),
)

/**
 * The function of that name.
 *
 * @throws RfcError with the exception that SAP raises if there is none.
 */
export function functionNamed(name: string): FunctionModule {
  const found = functionModules.get(name)
  if (found) return found
  throw exceptionWithMessage('FU_NOT_FOUND', {class: 'FL', type: 'E', number: '046', variables: [name]})
}
