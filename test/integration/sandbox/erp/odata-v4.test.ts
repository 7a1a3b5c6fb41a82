import assert from 'node:assert/strict'
import {json, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

const order = (reference: string, more: object = {}) => ({
  SalesOrderType: 'OR',
  SoldToParty: 'USCU_S12',
  PurchaseOrderByCustomer: reference,
  RequestedDeliveryDate: '2026-01-31',
  _Item: [
    {Product: 'TG11', RequestedQuantity: 2},
    {Product: 'TG12', RequestedQuantity: '5.5'},
  ],
  ...more,
})

describe('the OData V4 face', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const get = (path: string, headers: Record<string, string> = {}) =>
    sandbox.client.send('GET', `${sandbox.v4}/${path}`, {headers})
  const book = (reference: string, more?: object) =>
    sandbox.client.send('POST', `${sandbox.v4}/SalesOrder`, {body: order(reference, more)})

  it('describes itself', async () => {
    const document = json(await get(''))
    const metadata = (await get('$metadata')).text

    assert.deepEqual(document.value, [
      {name: 'SalesOrder', url: 'SalesOrder'},
      {name: 'SalesOrderItem', url: 'SalesOrderItem'},
    ])
    assert.ok(metadata.includes('<Property Name="RequestedDeliveryDate" Type="Edm.Date"/>'))
    assert.ok(metadata.includes('<NavigationPropertyBinding Path="_Item" Target="SalesOrderItem"/>'))
  })

  it('books an order with its items, and the V2 face shows the same one', async () => {
    const booked = await book('A')
    const inV2 = json(await sandbox.client.send('GET', `${sandbox.orders}/A_SalesOrder('1')?$expand=to_Item`)).d

    const created = json(booked)
    assert.equal(booked.status, 201)
    assert.equal(created['@odata.etag'], booked.headers.get('etag'))
    assert.deepEqual(
      [created.SalesOrder, created.RequestedDeliveryDate, created.TotalNetAmount, created.CustomerPurchaseOrderDate],
      ['1', '2026-01-31', 179.75, null],
    )
    assert.match(created.LastChangeDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)
    assert.deepEqual(
      created._Item.map(({Product, RequestedQuantity}: Record<string, unknown>) => [Product, RequestedQuantity]),
      [
        ['TG11', 2],
        ['TG12', 5.5],
      ],
    )
    assert.deepEqual(
      [inV2.PurchaseOrderByCustomer, inV2.RequestedDeliveryDate, inV2.to_Item.results[0].Material],
      ['A', '/Date(1769817600000)/', 'TG11'],
    )
    assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 0, documents: ['1']})
  })

  it('filters, expands with options, and counts', async () => {
    for (const reference of ['A', "B'1", 'C']) await book(reference)
    const query =
      "$filter=PurchaseOrderByCustomer eq 'B''1'&$select=SalesOrder&$expand=_Item($select=Product)&$count=true"

    const found = json(await get(`SalesOrder?${query}`))

    const [{'@odata.etag': etag, ...only}, ...more] = found.value
    assert.match(etag, /^W\//)
    assert.deepEqual(
      [found['@odata.count'], only, more],
      [1, {SalesOrder: '2', _Item: [{Product: 'TG11'}, {Product: 'TG12'}]}, []],
    )
    assert.equal((await get("SalesOrder/$count?$filter=contains(PurchaseOrderByCustomer,'B')")).text, '1')
    assert.equal(json(await get("SalesOrder('2')/_Item?$orderby=SalesOrderItem desc&$top=1")).value[0].Product, 'TG12')
    assert.equal(
      json(await get("SalesOrder('2')?$expand=_Item($expand=_SalesOrder)"))._Item[0]._SalesOrder.SalesOrder,
      '2',
    )
  })

  it('writes decimals as texts for clients that ask for it', async () => {
    await book('A')

    const exact = json(await get("SalesOrder('1')", {accept: 'application/json;IEEE754Compatible=true'}))

    assert.equal(exact.TotalNetAmount, '179.750')
  })

  it('guards changes by ETag and answers with the entity, or with 204 if asked to', async () => {
    const etag = (await book('A')).headers.get('etag') ?? ''
    const change = (headers: Record<string, string>) =>
      sandbox.client.send('PATCH', `${sandbox.v4}/SalesOrder('1')`, {
        body: {CustomerPurchaseOrderType: 'WEB'},
        headers,
      })

    const missing = await change({})
    const fresh = await change({'if-match': etag})
    const stale = await change({'if-match': etag})
    const minimal = await change({'if-match': '*', prefer: 'return=minimal'})

    assert.deepEqual(
      [missing, fresh, stale, minimal].map(({status}) => status),
      [428, 200, 412, 204],
    )
    assert.equal(json(fresh).CustomerPurchaseOrderType, 'WEB')
    assert.equal(json(fresh)['@odata.etag'], fresh.headers.get('etag'))
  })

  it('answers with V4 error payloads', async () => {
    const answer = await book('A', {_Item: [{Product: 'NOTHING'}]})

    const {error} = json(answer)
    assert.deepEqual(
      [answer.status, error.code, error.message, error.details[0].code, error['@SAP__common.ExceptionCategory']],
      [400, 'V1/319', 'Material NOTHING is not defined.', 'V1/319', 'Client_Error'],
    )
    assert.equal(typeof error.innererror.ErrorDetails['@SAP__common.TransactionId'], 'string')
  })

  for (const query of [
    "$filter=substringof('A',SoldToParty)",
    "$filter=SalesOrderDate eq datetime'2026-01-31T00:00:00'",
    '$inlinecount=allpages',
    '$expand=_Item($top=1)',
    '$expand=_Item($select=Material)',
    '$expand=to_Item',
  ]) {
    it(`answers 400 to what is not V4's: ${query}`, async () => {
      assert.equal((await get(`SalesOrder?${query}`)).status, 400)
    })
  }
})
