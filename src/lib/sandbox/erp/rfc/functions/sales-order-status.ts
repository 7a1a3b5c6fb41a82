import {documentLength, longMaterialLength, materialLength, toExternal, toInternal} from '#lib/sandbox/erp/rfc/alpha.js'
import {toDats} from '#lib/sandbox/erp/rfc/dates.js'
import {char, type RfcStructure, structure} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {type Row, textOf} from '#lib/sandbox/erp/world/dictionary.js'
import {bapireturn, toBapireturn} from './return-messages.js'
import {bapisdstat} from './sales-structures.js'

/** Tells how far an order has come, one row for each of its items. */
export const salesOrderStatus: FunctionModule = {
  name: 'BAPI_SALESORDER_GETSTATUS',
  parameters: [
    importing(char('SALESDOCUMENT', 10), {isRequired: true}),
    exporting(structure('RETURN', bapireturn)),
    tables('STATUSINFO', bapisdstat),
  ],
  run: ({given, world}) => {
    const stored = textIn(given, 'SALESDOCUMENT')
    const number = toExternal(stored, documentLength)
    const order = number === undefined ? undefined : world.find('salesOrder', [number])
    if (!order || number === undefined) {
      const text = `Sales document ${stored} does not exist`
      return {RETURN: toBapireturn({type: 'E', code: 'V1/302', text, variables: [stored]})}
    }
    const items = world.where('salesOrderItem', 'SalesOrder', number)
    return {STATUSINFO: items.map((item) => statusOf(order, item))}
  },
}

function statusOf(order: Row, item: Row): RfcStructure {
  const material = textOf(item, 'Material')
  const reference = textOf(order, 'PurchaseOrderByCustomer')
  return {
    DOC_NUMBER: toInternal(textOf(order, 'SalesOrder'), documentLength),
    DOC_DATE: toDats(order.SalesOrderDate),
    PURCH_NO: reference.slice(0, 20),
    PRC_STAT_H: textOf(order, 'OverallSDProcessStatus'),
    DLV_STAT_H: textOf(order, 'OverallSDProcessStatus'),
    REQ_DATE_H: toDats(order.RequestedDeliveryDate),
    ITM_NUMBER: textOf(item, 'SalesOrderItem').padStart(6, '0'),
    MATERIAL: material.length > materialLength ? '' : toInternal(material, materialLength),
    SHORT_TEXT: textOf(item, 'SalesOrderItemText'),
    REQ_QTY: textOf(item, 'RequestedQuantity'),
    SALES_UNIT: textOf(item, 'RequestedQuantityUnit'),
    NET_VALUE: textOf(item, 'NetAmount').slice(0, -1),
    CURRENCY: textOf(order, 'TransactionCurrency'),
    CREATION_DATE: toDats(order.CreationDate),
    PURCH_NO_C: reference,
    MATERIAL_LONG: toInternal(material, longMaterialLength),
  }
}
