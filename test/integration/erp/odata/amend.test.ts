import assert from 'node:assert/strict'
import type {ErpConnector, ErpDocument} from '#lib/erp/connector.js'
import {openODataConnector} from '#lib/erp/odata/connector.js'
import {type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'
import {destinationAt, never, operation} from './odata-server.js'

const flavours = [
  {
    protocol: 'v2',
    root: ({erp}: Setup) => erp.baseUrl,
    service: 'API_SALES_ORDER_SRV',
    entitySet: 'A_SalesOrder',
    items: 'to_Item',
    material: 'Material',
    date: (day: string) => `/Date(${Date.parse(day)})/`,
  },
  {
    protocol: 'v4',
    root: ({erp}: Setup) => `${erp.url}/sap/opu/odata4/sap`,
    service: 'api_salesorder/srvd_a2x/sap/salesorder/0001',
    entitySet: 'SalesOrder',
    items: '_Item',
    material: 'Product',
    date: (day: string) => day,
  },
] as const

for (const flavour of flavours) {
  const {protocol, items, material, date} = flavour

  describe(`amending orders over ${protocol}`, () => {
    let sandbox: Setup
    let connector: ErpConnector
    beforeEach(async () => {
      sandbox = await setupSandboxErp()
      connector = openODataConnector({
        destination: destinationAt(flavour.root(sandbox), {auth: {basic: {user: 'ERPSYNC', password: 'secret'}}}),
        operation: operation({protocol, service: flavour.service, entitySet: flavour.entitySet}),
        destinationName: 's4',
      })
    })
    afterEach(() => sandbox.close())

    const order = (reference: string, quantities: readonly number[] = [2, 5]): ErpDocument => ({
      reference,
      body: {
        SalesOrderType: 'OR',
        SoldToParty: 'USCU_S01',
        RequestedDeliveryDate: date('2026-12-01'),
        TransactionCurrency: 'USD',
        [items]: quantities.map((quantity, index) => ({
          SalesOrderItem: String((index + 1) * 10),
          [material]: `TG1${index}`,
          RequestedQuantity: String(quantity),
          RequestedQuantityUnit: 'PC',
        })),
      },
    })
    const read = (document: ErpDocument) => connector.read!(document, never)
    const amend = (document: ErpDocument) => connector.amend!(document, never)
    const probe = (document: ErpDocument) => connector.probeAmended!(document, never)
    const book = async (...documents: ErpDocument[]) => {
      for (const document of documents) assert.equal((await connector.submit(document, never)).kind, 'done')
    }
    const writes = async () => (await sandbox.admin.stats()).effects

    it('reads an order in the names of its body and in comparable values', async () => {
      await book(order('A-1'))

      const outcome = await read(order('A-1'))

      assert.ok(outcome.kind === 'found')
      const {[items]: held, RequestedDeliveryDate: delivery, ...header} = outcome.body
      assert.equal(outcome.documentNumber, '1')
      assert.deepEqual(header, {
        SalesOrder: '1',
        SalesOrderType: 'OR',
        SoldToParty: 'USCU_S01',
        PurchaseOrderByCustomer: 'A-1',
        TransactionCurrency: 'USD',
      })
      assert.ok(String(delivery).startsWith('2026-12-01'))
      assert.deepEqual(held, [
        {SalesOrderItem: '10', [material]: 'TG10', RequestedQuantity: 2, RequestedQuantityUnit: 'PC'},
        {SalesOrderItem: '20', [material]: 'TG11', RequestedQuantity: 5, RequestedQuantityUnit: 'PC'},
      ])
    })

    it('reads many by few calls, each at its own index', async () => {
      const booked = Array.from({length: 50}, (_, index) => order(`M-${index}`))
      await book(...booked)
      await book(order('TWICE'), order('TWICE'))
      const {requests: before} = await sandbox.admin.stats()

      const outcomes = await connector.readMany!([order('NONE'), ...booked, order('TWICE')], never)

      const {requests} = await sandbox.admin.stats()
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.kind === 'found' ? outcome.body.PurchaseOrderByCustomer : outcome.kind)),
        ['absent', ...booked.map(({reference}) => reference), 'several'],
      )
      assert.ok(requests - before <= 4, `${requests - before} requests`)
    })

    it('lists the references that begin with a prefix', async () => {
      await book(order('SHOP-1'), order('OTHER-1'), order('SHOP-2'))

      const told = []
      for await (const outcome of connector.list!({prefix: 'SHOP-', most: 100}, never)) told.push(outcome)

      assert.deepEqual(told, [
        {
          kind: 'page',
          found: [
            {reference: 'SHOP-1', documentNumber: '1'},
            {reference: 'SHOP-2', documentNumber: '3'},
          ],
        },
      ])
    })

    it('writes nothing when SAP holds the state already', async () => {
      await book(order('A-1'))

      const outcome = await amend(order('A-1'))

      assert.deepEqual(outcome, {kind: 'done', documentNumber: '1'})
      assert.deepEqual(await writes(), {creates: 1, changes: 0})
      assert.deepEqual(await probe(order('A-1')), {kind: 'found', documentNumber: '1'})
    })

    it('brings header and items back to the mapped state', async () => {
      await book(order('A-1', [2, 5, 7]))
      await sandbox.admin.changeOrder('A-1', {
        header: {SoldToParty: 'USCU_S02', RequestedDeliveryDate: '2027-01-01'},
        items: {'10': {RequestedQuantity: 99}, '20': null, '40': {Material: 'TG14', RequestedQuantity: 1}},
      })
      const document = order('A-1', [2, 5, 7])
      assert.deepEqual(await probe(document), {kind: 'absent'})

      const outcome = await amend(document)

      assert.deepEqual(outcome, {kind: 'done', documentNumber: '1'})
      assert.deepEqual(await probe(document), {kind: 'found', documentNumber: '1'})
      assert.deepEqual(await writes(), {creates: 1, changes: 4})
      const after = await read(document)
      assert.ok(after.kind === 'found')
      assert.equal((after.body[items] as unknown[]).length, 3)
    })

    it('creates what somebody deleted, once', async () => {
      await book(order('A-1'))
      await sandbox.admin.deleteOrder('A-1')
      assert.deepEqual(await read(order('A-1')), {kind: 'absent'})

      const first = await amend(order('A-1'))
      const second = await amend(order('A-1'))

      assert.deepEqual([first, second], [first, {kind: 'done', documentNumber: '2'}])
      assert.deepEqual(await writes(), {creates: 2, changes: 0})
    })

    it('leaves several documents with the reference to a person, and names them', async () => {
      await book(order('A-1'), order('A-1'))

      const outcome = await amend(order('A-1', [9]))

      assert.ok(outcome.kind === 'failed')
      const {class: kind, code, executed, text} = outcome.failure
      assert.deepEqual({kind, code, executed}, {kind: 'permanent', code: 'amend:several', executed: 'no'})
      assert.match(text, /1, 2/)
      assert.deepEqual(await writes(), {creates: 2, changes: 0})
    })

    it('goes on where a dropped line left it', async () => {
      await book(order('A-1', [2, 5, 7]))
      await sandbox.admin.changeOrder('A-1', {header: {SoldToParty: 'USCU_S02'}, items: {'10': {RequestedQuantity: 9}}})
      await sandbox.admin.addFault({kind: 'drop-after-commit', method: 'PATCH'})

      const broken = await amend(order('A-1', [2, 5, 7]))
      const doubt = await probe(order('A-1', [2, 5, 7]))
      const again = await amend(order('A-1', [2, 5, 7]))

      assert.ok(broken.kind === 'failed')
      assert.deepEqual([broken.failure.class, broken.failure.executed], ['in_doubt', 'unknown'])
      assert.deepEqual(doubt, {kind: 'absent'})
      assert.deepEqual(again, {kind: 'done', documentNumber: '1'})
      assert.deepEqual(await writes(), {creates: 1, changes: 2})
    })

    it('stops before what SAP refuses, and says what was changed before it', async () => {
      await book(order('A-1'))
      await sandbox.admin.changeOrder('A-1', {header: {SoldToParty: 'USCU_S02'}, items: {'10': {RequestedQuantity: 9}}})
      const fault = {kind: 'business-error', code: 'V1/555', text: 'Item is delivered', path: 'Item'} as const
      await sandbox.admin.addFault(fault)

      const outcome = await amend(order('A-1'))

      assert.ok(outcome.kind === 'failed')
      assert.equal(outcome.failure.code, 'sap:V1/555')
      assert.match(outcome.failure.text, /Item is delivered \(one change was made before\)/)
    })
  })
}

describe('amending entities that are known by their key', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const open = (method: 'update' | 'upsert') =>
    openODataConnector({
      destination: destinationAt(sandbox.erp.baseUrl, {auth: {basic: {user: 'ERPSYNC', password: 'secret'}}}),
      operation: operation({
        service: 'API_BUSINESS_PARTNER',
        entitySet: 'A_BusinessPartner',
        method,
        entityKey: ['BusinessPartner'],
        reference: 'BusinessPartner',
        result: 'BusinessPartner',
        items: {to_BusinessPartnerAddress: {key: 'AddressID', entitySet: 'A_BusinessPartnerAddress'}},
      }),
      destinationName: 's4',
    })
  const partner = (id: string, city = 'Ulm'): ErpDocument => ({
    reference: 'unused',
    body: {
      BusinessPartner: id,
      BusinessPartnerCategory: '2',
      OrganizationBPName1: 'Acme',
      to_BusinessPartnerAddress: [{AddressID: '77', CityName: city, Country: 'DE'}],
    },
  })

  it('reads, compares and amends them with what is nested in them', async () => {
    const connector = open('upsert')
    assert.deepEqual(await connector.amend!(partner('P1'), never), {kind: 'done', documentNumber: 'P1'})
    await sandbox.admin.changePartner('P1', {OrganizationBPName1: 'Other', SearchTerm1: 'KEPT'})

    const drifted = await connector.probeAmended!(partner('P1', 'Bonn'), never)
    const amended = await connector.amend!(partner('P1', 'Bonn'), never)
    const outcomes = await connector.readMany!([partner('P1'), partner('P2')], never)

    assert.deepEqual([drifted.kind, amended.kind], ['absent', 'done'])
    assert.deepEqual(await connector.probeAmended!(partner('P1', 'Bonn'), never), {kind: 'found', documentNumber: 'P1'})
    assert.deepEqual(outcomes, [
      {
        kind: 'found',
        documentNumber: 'P1',
        body: {
          BusinessPartner: 'P1',
          BusinessPartnerCategory: '2',
          OrganizationBPName1: 'Acme',
          to_BusinessPartnerAddress: [{AddressID: '77', CityName: 'Bonn', Country: 'DE'}],
        },
      },
      {kind: 'absent'},
    ])
  })

  it('creates by update nothing that is absent', async () => {
    const outcome = await open('update').amend!(partner('P1'), never)

    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.failure.class, outcome.failure.executed], ['permanent', 'no'])
    assert.equal((await sandbox.admin.stats()).effects.creates, 0)
  })

  it('lists them by their key', async () => {
    const told = []
    for await (const outcome of open('upsert').list!({prefix: 'USCU_S0', most: 3}, never)) told.push(outcome)

    const found = ['USCU_S01', 'USCU_S02', 'USCU_S03'].map((id) => ({reference: id, documentNumber: id}))
    assert.deepEqual(told, [{kind: 'page', found}, {kind: 'truncated'}])
  })
})
