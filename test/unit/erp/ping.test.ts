import assert from 'node:assert/strict'
import {allFlows, type Config} from '#lib/config/load.js'
import {configSchema} from '#lib/config/schema.js'
import type {Failure} from '#lib/kernel/failure.js'
import {exitCodeOf, selectFlows, type Ping} from '#lib/erp/ping.js'
import {presentPings} from '#lib/erp/present-ping.js'

const reached: Ping = {
  flow: 'sales-order',
  destination: 's4',
  isReachable: true,
  system: 'OData V2 API_SALES_ORDER_SRV',
  latencyMs: 12,
}

function failed(kind: Failure['class'], code: string): Ping {
  const failure: Failure = {class: kind, executed: 'no', code, text: 'GET API_SRV/: no', stage: 'call'}
  return {flow: 'customer', destination: 'ecc', isReachable: false, failure}
}

function flows() {
  const flow = (destination: string) => ({
    schema: 'a.json',
    key: 'id',
    destination,
    operation: {service: 'S', entitySet: 'E', method: 'create', map: 'm', reference: 'R', result: 'N'},
  })
  const settings = configSchema.parse({
    postgres: {url: 'postgres://localhost'},
    rabbitmq: {urls: ['amqp://localhost']},
    destinations: {s4: {kind: 'odata', baseUrl: 'https://s4'}, ecc: {kind: 'odata', baseUrl: 'https://ecc'}},
    flows: {order: flow('s4'), customer: flow('ecc'), product: flow('s4'), ecc: flow('s4')},
  })
  const config: Config = {...settings, path: 'erpsync.yaml', unresolved: []}
  return allFlows(config)
}

describe('selectFlows', () => {
  const names = (name?: string) => selectFlows(flows(), name).map((flow) => flow.name)

  it('takes all flows, one flow or the flows of a destination', () => {
    assert.deepEqual(names(), ['order', 'customer', 'product', 'ecc'])
    assert.deepEqual(names('customer'), ['customer'])
    assert.deepEqual(names('s4'), ['order', 'product', 'ecc'])
  })

  it('takes a name that is both for the flow', () => {
    assert.deepEqual(names('ecc'), ['ecc'])
  })

  it('takes nothing for an unknown name', () => {
    assert.deepEqual(names('s5'), [])
  })
})

describe('exitCodeOf', () => {
  const cases: readonly (readonly [readonly Ping[], number])[] = [
    [[reached], 0],
    [[reached, failed('transient', 'net:ECONNREFUSED')], 69],
    [[failed('throttled', 'http:429')], 69],
    [[failed('config', 'http:401')], 77],
    [[failed('config', 'sap:/IWFND/CM_BEC/026')], 77],
    [[failed('config', 'http:404')], 78],
    [[failed('permanent', 'sap:/IWFND/MED/170')], 78],
    [[failed('transient', 'net:ECONNREFUSED'), failed('config', 'http:404'), failed('config', 'http:403')], 77],
  ]

  it('names the gravest of what was seen', () => {
    assert.deepEqual(
      cases.map(([pings]) => exitCodeOf(pings)),
      cases.map(([, code]) => code),
    )
  })
})

describe('presentPings', () => {
  it('gives each flow a line', () => {
    const [, ...lines] = presentPings([reached, failed('config', 'http:401')]).split('\n')

    assert.deepEqual(
      lines.map((line) => line.split(/ {2,}/)),
      [
        ['sales-order', 's4', '12 ms', 'OData V2 API_SALES_ORDER_SRV'],
        ['customer', 'ecc', 'http:401', 'GET API_SRV/: no'],
      ],
    )
  })
})
