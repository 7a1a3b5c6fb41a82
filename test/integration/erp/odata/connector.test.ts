import assert from 'node:assert/strict'
import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {ErpConnector, ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import type {ODataDestination} from '#lib/erp/odata/session.js'
import {sandboxAdmin, type SandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {startSandboxErp, type SandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {destinationAt, never, operation} from './odata-server.js'

const user = 'ERPSYNC'
const password = 's3cret'

function order(reference: string, changes: Readonly<Record<string, unknown>> = {}): ErpDocument {
  const items = [
    {Material: 'TG10', RequestedQuantity: 2},
    {Material: 'TG11', RequestedQuantity: '1.5'},
  ]
  return {
    reference,
    body: {
      SalesOrderType: 'OR',
      SoldToParty: 'USCU_S01',
      RequestedDeliveryDate: '/Date(1767225600000)/',
      to_Item: items,
      ...changes,
    },
  }
}

function partner(name: string, id = 'USCU_S01'): ErpDocument {
  return {reference: id, body: {BusinessPartner: id, OrganizationBPName1: name, BusinessPartnerIsBlocked: false}}
}

const partners: Partial<ODataOperation> = {
  service: 'API_BUSINESS_PARTNER',
  entitySet: 'A_BusinessPartner',
  entityKey: ['BusinessPartner'],
  reference: 'BusinessPartner',
  result: 'BusinessPartner',
}

function failureOf(outcome: SubmitOutcome) {
  assert.ok(outcome.kind === 'failed', `expected a failure, got ${JSON.stringify(outcome)}`)
  const {class: kind, executed, code} = outcome.failure
  return {kind, executed, code, retryAfterMs: outcome.failure.retryAfterMs}
}

function numberOf(outcome: SubmitOutcome): string {
  assert.ok(outcome.kind === 'done', `expected a success, got ${JSON.stringify(outcome)}`)
  assert.ok(outcome.documentNumber !== null)
  return outcome.documentNumber
}

describe('openConnector on the sandbox ERP', () => {
  let sandbox: SandboxErp
  let admin: SandboxAdmin
  before(async () => {
    sandbox = await startSandboxErp({host: '127.0.0.1', port: 0, user, password})
    admin = sandboxAdmin({url: sandbox.url, user, password})
  })
  beforeEach(() => admin.reset())
  after(() => sandbox.close())

  function connect(changes: Partial<ODataOperation> = {}, settings: Partial<ODataDestination> = {}): ErpConnector {
    return openConnector('s4', destinationAt(sandbox.baseUrl, settings), operation(changes), 'f')
  }

  describe('create', () => {
    it('books an order with its items under our reference', async () => {
      const connector = connect()

      const number = numberOf(await connector.submit(order("O'Neil/1"), never))

      assert.deepEqual(await admin.effectOf("O'Neil/1"), {creates: 1, changes: 0, documents: [number]})
      const headers = {authorization: `Basic ${btoa(`${user}:${password}`)}`}
      const path = `/API_SALES_ORDER_SRV/A_SalesOrder('${number}')/to_Item?$select=Material,RequestedQuantity`
      const response = await fetch(sandbox.baseUrl + path, {headers})
      const {d} = (await response.json()) as {d: {results: readonly Record<string, unknown>[]}}
      assert.deepEqual(
        d.results.map(({Material, RequestedQuantity}) => [Material, RequestedQuantity]),
        [
          ['TG10', '2.000'],
          ['TG11', '1.500'],
        ],
      )
    })

    it('books an order over V4', async () => {
      const v4: Partial<ODataOperation> = {
        protocol: 'v4',
        service: 'api_salesorder/srvd_a2x/sap/salesorder/0001',
        entitySet: 'SalesOrder',
      }
      const connector = openConnector('s4', destinationAt(`${sandbox.url}/sap/opu/odata4/sap`), operation(v4), 'f')
      const document: ErpDocument = {
        reference: 'V4-1',
        body: {SalesOrderType: 'OR', SoldToParty: 'USCU_S01', _Item: [{Product: 'TG10', RequestedQuantity: 2}]},
      }
      const unknown = {...document, reference: 'V4-2', body: {...document.body, SoldToParty: 'USCU_X99'}}

      const number = numberOf(await connector.submit(document, never))

      assert.deepEqual(await connector.probe(document, never), {kind: 'found', documentNumber: number})
      assert.deepEqual(await connector.probe(unknown, never), {kind: 'absent'})
      assert.equal(failureOf(await connector.submit(unknown, never)).code, 'sap:VP/204')
      const ping = await connector.ping(never)
      assert.equal('system' in ping && ping.system, 'OData V4 api_salesorder/srvd_a2x/sap/salesorder/0001')
    })

    it('finds one order, none, or several by our reference', async () => {
      const connector = connect()
      const number = numberOf(await connector.submit(order('A-1'), never))
      const twice = [await connector.submit(order('A-2'), never), await connector.submit(order('A-2'), never)]

      assert.deepEqual(await connector.probe(order('A-1'), never), {kind: 'found', documentNumber: number})
      assert.deepEqual(await connector.probe(order('A-3'), never), {kind: 'absent'})
      assert.deepEqual(await connector.probe(order('A-2'), never), {
        kind: 'several',
        documentNumbers: twice.map(numberOf),
      })
    })

    it('cannot tell a drop before from a drop after the commit, but the probe can', async () => {
      const connector = connect()
      await admin.addFault({kind: 'drop-before-commit', reference: 'BEFORE'})
      await admin.addFault({kind: 'drop-after-commit', reference: 'AFTER'})

      const before = failureOf(await connector.submit(order('BEFORE'), never))
      const after = failureOf(await connector.submit(order('AFTER'), never))

      assert.deepEqual(before, after)
      assert.deepEqual([before.kind, before.executed], ['in_doubt', 'unknown'])
      assert.deepEqual(await connector.probe(order('BEFORE'), never), {kind: 'absent'})
      assert.equal((await connector.probe(order('AFTER'), never)).kind, 'found')
      assert.equal((await admin.effectOf('BEFORE')).creates, 0)
      assert.equal((await admin.effectOf('AFTER')).creates, 1)
    })

    it('doubts an order whose answer never comes, once and no more', async () => {
      const connector = connect({}, {timeout: 300})
      await admin.addFault({kind: 'hang', method: 'POST'})

      const failure = failureOf(await connector.submit(order('A-1'), never))

      assert.deepEqual(failure, {kind: 'in_doubt', executed: 'unknown', code: 'net:TIMEOUT', retryAfterMs: undefined})
      assert.deepEqual((await admin.stats()).faults, {hang: 1})
      assert.equal((await admin.effectOf('A-1')).creates, 0)
    })

    it('doubts an order whose answer breaks off, which the probe then finds', async () => {
      const connector = connect()
      await admin.addFault({kind: 'truncated-body', method: 'POST'})

      const failure = failureOf(await connector.submit(order('A-1'), never))

      assert.deepEqual([failure.kind, failure.executed], ['in_doubt', 'unknown'])
      assert.equal((await connector.probe(order('A-1'), never)).kind, 'found')
      assert.equal((await admin.effectOf('A-1')).creates, 1)
    })

    it('books once when the session has expired', async () => {
      const connector = connect()
      await connector.submit(order('A-1'), never)
      await admin.addFault({kind: 'expired-session'})

      numberOf(await connector.submit(order('A-2'), never))

      assert.equal((await admin.effectOf('A-2')).creates, 1)
      assert.deepEqual((await admin.stats()).faults, {'expired-session': 1})
    })

    it('tries later when the document is locked', async () => {
      await admin.addFault({kind: 'lock', reference: 'A-1'})

      const failure = failureOf(await connect().submit(order('A-1'), never))

      assert.deepEqual(failure, {kind: 'transient', executed: 'no', code: 'sap:V1/042', retryAfterMs: undefined})
      assert.equal((await admin.effectOf('A-1')).creates, 0)
    })

    it('passes on how long SAP wants to be left alone', async () => {
      await admin.addFault({kind: 'unavailable', method: 'POST', retryAfterSeconds: 7, reference: 'A-1'})
      await admin.addFault({kind: 'throttle', method: 'POST', retryAfterSeconds: 3, reference: 'A-2'})
      const connector = connect()

      const unavailable = failureOf(await connector.submit(order('A-1'), never))
      const throttled = failureOf(await connector.submit(order('A-2'), never))

      assert.deepEqual(unavailable, {kind: 'transient', executed: 'no', code: 'http:503', retryAfterMs: 7000})
      assert.deepEqual(throttled, {kind: 'throttled', executed: 'no', code: 'http:429', retryAfterMs: 3000})
    })

    it('has no doubt when SAP is down before there is a token', async () => {
      await admin.addFault({kind: 'unavailable', method: 'GET', retryAfterSeconds: 7})

      const failure = failureOf(await connect().submit(order('A-1'), never))

      assert.deepEqual(failure, {kind: 'transient', executed: 'no', code: 'http:503', retryAfterMs: 7000})
    })

    it('blames the configuration for a wrong password, and does not show it', async () => {
      const auth = {basic: {user, password: 'wrong-password'}}

      const outcome = await connect({}, {auth}).submit(order('A-1'), never)

      assert.deepEqual(failureOf(outcome), {
        kind: 'config',
        executed: 'no',
        code: 'http:401',
        retryAfterMs: undefined,
      })
      assert.doesNotMatch(JSON.stringify(outcome), /wrong-password/)
    })

    it('gives SAP’s own reason for a refusal', async () => {
      const connector = connect()

      const material = await connector.submit(
        order('A-1', {to_Item: [{Material: 'TG90', RequestedQuantity: 1}]}),
        never,
      )
      const customer = await connector.submit(order('A-2', {SoldToParty: 'USCU_X99'}), never)
      const property = await connector.submit(order('A-3', {NoSuchProperty: 'x'}), never)

      assert.equal(failureOf(material).code, 'sap:V1/319')
      assert.equal(failureOf(customer).code, 'sap:VP/204')
      assert.deepEqual(
        [material, customer, property].map((outcome) => failureOf(outcome).kind),
        ['permanent', 'permanent', 'permanent'],
      )
      assert.ok(material.kind === 'failed')
      assert.match(material.failure.text, /^POST A_SalesOrder: Material TG90/)
      assert.equal((await admin.stats()).effects.creates, 0)
    })

    it('books many orders at once in one session', async () => {
      const connector = connect()
      const references = Array.from({length: 30}, (_, index) => `A-${index}`)

      const outcomes = await Promise.all(references.map((reference) => connector.submit(order(reference), never)))

      assert.equal(new Set(outcomes.map(numberOf)).size, 30)
      assert.equal((await admin.stats()).requests, 31)
    })
  })

  describe('upsert', () => {
    const connectPartners = () => connect({...partners, method: 'upsert'})

    it('creates, then changes, then leaves alone', async () => {
      const connector = connectPartners()
      const effects = []
      for (const name of ['New', 'Renamed', 'Renamed']) {
        assert.equal(numberOf(await connector.submit(partner(name, 'BP77'), never)), 'BP77')
        effects.push(await admin.effectOf('BP77'))
      }

      assert.deepEqual(
        effects.map(({creates, changes}) => [creates, changes]),
        [
          [1, 0],
          [1, 1],
          [1, 1],
        ],
      )
    })

    it('finds by probe exactly the state that SAP holds', async () => {
      const connector = connectPartners()
      await connector.submit(partner('Renamed'), never)

      assert.deepEqual(await connector.probe(partner('Renamed'), never), {kind: 'found', documentNumber: 'USCU_S01'})
      assert.deepEqual(await connector.probe(partner('Other'), never), {kind: 'absent'})
      assert.deepEqual(await connector.probe(partner('Renamed', 'BP78'), never), {kind: 'absent'})
    })

    it('doubts a change whose answer was lost, which the probe then finds', async () => {
      const connector = connectPartners()
      await admin.addFault({kind: 'drop-after-commit', method: 'PATCH'})

      const failure = failureOf(await connector.submit(partner('Renamed'), never))

      assert.equal(failure.kind, 'in_doubt')
      assert.equal((await connector.probe(partner('Renamed'), never)).kind, 'found')
    })

    it('loses no change to another that runs at the same time', async () => {
      const connector = connectPartners()
      const names = ['Alpha', 'Beta', 'Gamma', 'Delta']
      // Every writer reads before the first one writes, so all but one meet a new ETag.
      await admin.addFault({kind: 'latency', method: 'PATCH', ms: 200, count: names.length})

      const outcomes = await Promise.all(names.map((name) => connector.submit(partner(name), never)))

      const done = outcomes.filter(({kind}) => kind === 'done').length
      const conflicts = outcomes.filter((outcome) => outcome.kind === 'failed' && outcome.failure.class === 'conflict')
      assert.equal(done + conflicts.length, names.length)
      assert.equal((await admin.effectOf('USCU_S01')).changes, done)
      const requests = (await admin.stats()).requests
      assert.ok(requests > 1 + 2 * names.length, `${requests} requests: nobody had to read again`)
    })
  })

  describe('update', () => {
    const connectPartners = () => connect({...partners, method: 'update'})

    it('changes what is there', async () => {
      numberOf(await connectPartners().submit(partner('Renamed'), never))

      assert.deepEqual(await admin.effectOf('USCU_S01'), {creates: 0, changes: 1, documents: ['USCU_S01']})
    })

    it('refuses what is not', async () => {
      const failure = failureOf(await connectPartners().submit(partner('Renamed', 'BP79'), never))

      assert.deepEqual([failure.kind, failure.executed], ['permanent', 'no'])
      assert.match(failure.code, /^sap:/)
      assert.deepEqual(await admin.effectOf('BP79'), {creates: 0, changes: 0, documents: []})
    })
  })

  describe('ping', () => {
    it('names what answered', async () => {
      const ping = await connect().ping(never)

      assert.ok('system' in ping)
      assert.equal(ping.system, 'OData V2 API_SALES_ORDER_SRV')
    })

    it('blames the configuration for a service that is not there', async () => {
      const ping = await connect({service: 'API_NO_SUCH_SRV'}).ping(never)

      assert.ok('failure' in ping)
      assert.ok(['permanent', 'config'].includes(ping.failure.class), ping.failure.class)
    })
  })
})
