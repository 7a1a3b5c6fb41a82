import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {allFlows, findFlow, loadConfig} from '#lib/config/load.js'
import {compileOperation, mappedReference} from '#lib/erp/operation.js'
import {openDoor} from '#lib/intake/door.js'

describe('examples/erpsync-rfc.yaml', () => {
  it('is valid, and names files that are', async () => {
    const config = await loadConfig(path, env)

    await Promise.all(allFlows(config).map(openDoor))

    assert.deepEqual(
      allFlows(config).map(({name, order, operation}) => [
        name,
        order,
        operation.kind === 'rfc' && [operation.method, operation.commit, operation.probe.kind],
      ]),
      [
        ['sales-order', 'none', ['create', 'explicit', 'table']],
        ['customer', 'latest', ['change', 'explicit', 'function']],
        ['own-order', 'none', ['create', 'internal', 'table']],
      ],
    )
  })

  it('refers to every address and secret by an environment variable', async () => {
    const {unresolved} = await loadConfig(path, {})

    assert.deepEqual(
      unresolved.map((secret) => secret.path),
      [
        'postgres.url',
        'rabbitmq.urls.0',
        'rabbitmq.managementUrl',
        'destinations.ecc.connection.ashost',
        'destinations.ecc.connection.user',
        'destinations.ecc.connection.passwd',
      ],
    )
  })
})

describe('rfc/sales-order.jsonata', () => {
  it('makes the parameters of the BAPI, with leading zeros, dates of SAP’s and an X for what is meant', async () => {
    const order = {
      orderId: 'WEB-7',
      revision: 2,
      shop: 'de',
      orderedAt: '2026-03-02T23:04:09+01:00',
      customerId: '4711',
      requestedDelivery: '2026-03-16',
      currency: 'EUR',
      items: [
        {sku: '1234', text: 'Paper', quantity: 2, netPrice: '4.99'},
        {sku: 'TG11', quantity: 10, netPrice: '1.00'},
      ],
    }

    const {steps} = await mapped('sales-order', order)

    const header = {DOC_TYPE: 'TA', SALES_ORG: '1010', DISTR_CHAN: '10', DIVISION: '00', CURRENCY: 'EUR'}
    const dates = {PURCH_DATE: '20260302', REQ_DATE_H: '20260316'}
    const flags = Object.fromEntries([...Object.keys({...header, ...dates}), 'PURCH_NO_C'].map((name) => [name, 'X']))
    const numbers = ['000010', '000020']
    const schedule = {SCHED_LINE: '0001'}
    assert.deepEqual(steps, [
      {
        ORDER_HEADER_IN: {...header, ...dates, PURCH_NO_C: 'WEB-7/2'},
        ORDER_HEADER_INX: {UPDATEFLAG: 'I', ...flags},
        ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB: '0000004711'}],
        ORDER_ITEMS_IN: [
          {ITM_NUMBER: '000010', MATERIAL_LONG: '1234'.padStart(40, '0'), SHORT_TEXT: 'Paper'},
          {ITM_NUMBER: '000020', MATERIAL_LONG: 'TG11'},
        ],
        ORDER_ITEMS_INX: [
          {ITM_NUMBER: '000010', UPDATEFLAG: 'I', MATERIAL_LONG: 'X', SHORT_TEXT: 'X'},
          {ITM_NUMBER: '000020', UPDATEFLAG: 'I', MATERIAL_LONG: 'X'},
        ],
        ORDER_SCHEDULES_IN: ['2.000', '10.000'].map((quantity, index) => ({
          ITM_NUMBER: numbers[index],
          ...schedule,
          REQ_QTY: quantity,
        })),
        ORDER_SCHEDULES_INX: numbers.map((number) => ({
          ITM_NUMBER: number,
          ...schedule,
          UPDATEFLAG: 'I',
          REQ_QTY: 'X',
        })),
      },
    ])
  })

  it('gives the orders of the shop references by which SAP’s table can be asked', async () => {
    const lines = (await readFile(file('examples/data/orders.ndjson'), 'utf8')).split('\n').slice(0, 3)
    const {operation} = findFlow(await loadConfig(path, env), 'sales-order')

    const references = []
    for (const line of lines)
      references.push(mappedReference(operation, await mapped('sales-order', JSON.parse(line))) ?? '')

    assert.deepEqual(references, ['WEB-2026-100001/1', 'WEB-2026-100002/1', 'WEB-2026-100003/1'])
    // VBAK-BSTNK of an older system has no more.
    assert.ok(references.every(({length}) => length <= 20))
  })
})

async function mapped(flow: string, document: unknown) {
  const mapping = await compileOperation(findFlow(await loadConfig(path, env), flow).operation)
  const outcome = await mapping.apply(document)
  return outcome.ok ? outcome.body : assert.fail(outcome.failure.text)
}

function file(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url))
}

const path = file('examples/erpsync-rfc.yaml')
const env = {
  ERPSYNC_POSTGRES_URL: 'postgres://localhost/erpsync',
  ERPSYNC_RABBITMQ_URL: 'amqp://localhost',
  ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'http://localhost:15672',
  ERPSYNC_ERP_RFC_HOST: 'ecc.example.com',
  ERPSYNC_ERP_USER: 'ERPSYNC',
  ERPSYNC_ERP_PASSWORD: 'secret',
}
