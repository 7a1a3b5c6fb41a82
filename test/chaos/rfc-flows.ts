import type {RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {type Addresses, orderOf, type RfcFlow, settleMs} from './flows.js'

export function rfcDestinations({erpUser: user, erpPassword: passwd}: Addresses, sdk: RfcSdk, care: object): object {
  // Where it is the stand-in for SAP's library learns from its environment.
  const connection = {ashost: '127.0.0.1', sysnr: '00', client: '100', user, passwd, lang: 'EN'}
  return {ecc: {kind: 'rfc', connection, sdk, ...care}}
}

export function rfcFlowSettings(common: object): Readonly<Record<RfcFlow, object>> {
  const order = {...common, schema: 'order.schema.json', key: 'orderId', destination: 'ecc'}
  const probe = {settle, table: 'VBAK', field: 'BSTNK', result: 'VBELN'}
  return {
    'bapi-order': {
      ...order,
      order: orderOf['bapi-order'],
      operation: {
        steps: [
          {
            function: 'BAPI_SALESORDER_CREATEFROMDAT2',
            parameters: 'bapi-order.jsonata',
            return: 'RETURN',
            result: 'SALESDOCUMENT',
          },
        ],
        commit: 'explicit',
        method: 'create',
        reference: 'ORDER_HEADER_IN.PURCH_NO_C',
        probe,
      },
    },
    'own-order': {
      ...order,
      order: orderOf['own-order'],
      operation: {
        steps: [
          {
            function: 'Z_ERPSYNC_ORDER_CREATE',
            parameters: 'own-order.jsonata',
            return: 'ET_RETURN',
            result: 'EV_VBELN',
          },
        ],
        commit: 'internal',
        method: 'create',
        reference: 'IV_BSTKD',
        probe,
      },
    },
    customer: {
      ...common,
      schema: 'partner.schema.json',
      key: 'partnerId',
      order: orderOf.customer,
      destination: 'ecc',
      operation: {
        steps: [{function: 'BAPI_CUSTOMER_CHANGEFROMDATA1', parameters: 'customer.jsonata', return: 'RETURN'}],
        commit: 'explicit',
        method: 'change',
        probe: {
          settle,
          function: 'BAPI_CUSTOMER_GETDETAIL2',
          parameters: 'customer-look-up.jsonata',
          found: 'CUSTOMERADDRESS[NAME = $$.document.name].CUSTOMER',
        },
      },
    },
  }
}

export const rfcMappings: Readonly<Record<string, string>> = {
  'bapi-order.jsonata': `{
  "ORDER_HEADER_IN": {
    "DOC_TYPE": "TA",
    "SALES_ORG": "1010",
    "DISTR_CHAN": "10",
    "DIVISION": "00",
    "PURCH_NO_C": orderId & "/" & $string(revision)
  },
  "ORDER_ITEMS_IN": [items#$index.{
    "ITM_NUMBER": $alpha(($index + 1) * 10, 6),
    "MATERIAL": sku,
    "TARGET_QTY": $decimal(quantity, 3),
    "TARGET_QU": "ST"
  }],
  "ORDER_PARTNERS": [{"PARTN_ROLE": "AG", "PARTN_NUMB": $alpha(customerId, 10)}]
}`,
  'own-order.jsonata': `{
  "IV_VKORG": "1010",
  "IV_VTWEG": "10",
  "IV_SPART": "00",
  "IV_KUNNR": $alpha(customerId, 10),
  "IV_BSTKD": orderId & "/" & $string(revision),
  "IT_ITEMS": [items.{"MATNR": sku, "MENGE": $decimal(quantity, 3), "VRKME": "ST"}]
}`,
  'customer.jsonata': `{
  "CUSTOMERNO": $alpha(partnerId, 10),
  "PI_SALESORG": "1010",
  "PI_DISTR_CHAN": "10",
  "PI_DIVISION": "00",
  "PI_COMPANYDATA": {"NAME": name},
  "PI_COMPANYDATAX": {"NAME": "X"}
}`,
  'customer-look-up.jsonata': '{"CUSTOMERNO": $alpha(document.partnerId, 10)}',
}

const settle = `${settleMs}ms`
