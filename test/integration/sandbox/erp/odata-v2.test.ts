import assert from 'node:assert/strict'
import {type Answer, json, order, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

describe('the OData V2 face', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const get = (address: string) => sandbox.client.send('GET', address)
  const book = (reference: string, more?: object) =>
    sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {body: order(reference, more)})
  const refused = (answer: Answer) => {
    const {code, message, innererror} = json(answer).error
    return [answer.status, code, message.value, innererror.errordetails[0].target]
  }

  describe('of a service', () => {
    it('lists its entity sets and describes them', async () => {
      const document = await get(`${sandbox.orders}/`)
      const metadata = await get(`${sandbox.orders}/$metadata`)

      assert.deepEqual(json(document), {d: {EntitySets: ['A_SalesOrder', 'A_SalesOrderItem']}})
      assert.equal(metadata.headers.get('content-type'), 'application/xml; charset=utf-8')
      for (const piece of [
        '<Property Name="PurchaseOrderByCustomer" Type="Edm.String" MaxLength="35"/>',
        '<Property Name="RequestedQuantity" Type="Edm.Decimal" Precision="15" Scale="3"/>',
        '<Key><PropertyRef Name="SalesOrder"/><PropertyRef Name="SalesOrderItem"/></Key>',
        '<EntitySet Name="A_SalesOrder" EntityType="API_SALES_ORDER_SRV.A_SalesOrderType"/>',
        'Type="Edm.DateTimeOffset" Precision="7" ConcurrencyMode="Fixed"',
      ]) {
        assert.ok(metadata.text.includes(piece), piece)
      }
      assert.equal(metadata.text.includes('NetPrice'), false)
    })
  })

  describe('of POST', () => {
    it('books an order with its items, both ways of writing them', async () => {
      const bare = await book('BARE')
      const wrapped = await book('WRAPPED', {to_Item: {results: [{Material: 'TG10', RequestedQuantity: '1'}]}})

      const {d} = json(bare)
      assert.deepEqual([bare.status, wrapped.status], [201, 201])
      assert.deepEqual(
        [d.SalesOrder, d.TotalNetAmount, d.PurchaseOrderByCustomer, d.SalesOrganization, d.RequestedDeliveryDate],
        ['1', '179.750', 'BARE', '', null],
      )
      assert.deepEqual(
        d.to_Item.results.map(({SalesOrderItem, RequestedQuantity}: Record<string, string>) => [
          SalesOrderItem,
          RequestedQuantity,
        ]),
        [
          ['10', '2.000'],
          ['20', '5.500'],
        ],
      )
      assert.equal(bare.headers.get('location'), `${sandbox.orders}/A_SalesOrder('1')`)
      assert.equal(bare.headers.get('etag'), d.__metadata.etag)
      assert.equal(json(wrapped).d.to_Item.results.length, 1)
    })

    it('keeps dates, and gives them back as V2 writes them', async () => {
      const RequestedDeliveryDate = '/Date(1769817600000)/'

      const {d} = json(await book('DATES', {RequestedDeliveryDate, CustomerPurchaseOrderDate: '2026-01-31T00:00:00'}))

      assert.deepEqual(
        [d.RequestedDeliveryDate, d.CustomerPurchaseOrderDate],
        [RequestedDeliveryDate, RequestedDeliveryDate],
      )
      assert.match(d.LastChangeDateTime, /^\/Date\(\d{13}\+0000\)\/$/)
    })

    it('creates business partners with addresses and products with descriptions, which orders then use', async () => {
      const partner = await sandbox.client.send('POST', `${sandbox.partners}/A_BusinessPartner`, {
        body: {
          BusinessPartnerCategory: '2',
          OrganizationBPName1: 'ACME GmbH',
          to_BusinessPartnerAddress: {results: [{CityName: 'Berlin', Country: 'DE'}]},
        },
      })
      const product = await sandbox.client.send('POST', `${sandbox.products}/A_Product`, {
        body: {
          Product: 'SKU-1',
          BaseUnit: 'KG',
          to_Description: [{Language: 'EN', ProductDescription: 'Thing'}],
        },
      })
      const number = json(partner).d.BusinessPartner

      const {d} = json(
        await book('CHAIN', {SoldToParty: number, to_Item: [{Material: 'SKU-1', RequestedQuantity: '1'}]}),
      )

      assert.deepEqual([partner.status, product.status, number], [201, 201, '10100001'])
      assert.deepEqual(
        [d.to_Item.results[0].SalesOrderItemText, d.to_Item.results[0].RequestedQuantityUnit],
        ['Thing', 'KG'],
      )
      assert.deepEqual(await sandbox.admin.effectOf(number), {creates: 1, changes: 0, documents: [number]})
    })

    it('adds an item below its order', async () => {
      await book('A')

      const item = await sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder('1')/to_Item`, {
        body: {Material: 'TG10', RequestedQuantity: '1'},
      })

      assert.deepEqual([item.status, json(item).d.SalesOrderItem], [201, '30'])
      assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 1, documents: ['1']})
    })

    it('refuses what it cannot book, names the field, and books nothing', async () => {
      const answers = await Promise.all([
        book('R', {SoldToParty: 'NOBODY'}),
        book('R', {to_Item: [{Material: 'NOTHING'}]}),
        book('R', {Colour: 'red'}),
        book('R', {to_Item: [{Colour: 'red'}]}),
        book('R', {SalesOrderType: 'TOOLONG'}),
        book('R', {to_Item: [{Material: 'TG10', RequestedQuantity: '1.2345'}]}),
        book('R', {to_Item: [{Material: 'TG10', RequestedQuantity: 2}]}),
        book('R', {RequestedDeliveryDate: 'tomorrow'}),
        book('R', {SoldToParty: 12}),
        book('R', {to_Item: 'none'}),
      ])

      assert.deepEqual(answers.map(refused), [
        [400, 'VP/204', 'Customer NOBODY does not exist.', 'SoldToParty'],
        [400, 'V1/319', 'Material NOTHING is not defined.', 'Material'],
        [400, '/IWCOR/CX_DS_EDM_PROPERTY_NOT_FOUND', 'Property Colour is unknown in type A_SalesOrderType.', 'Colour'],
        [
          400,
          '/IWCOR/CX_DS_EDM_PROPERTY_NOT_FOUND',
          'Property Colour is unknown in type A_SalesOrderItemType.',
          'Colour',
        ],
        [
          400,
          '/IWCOR/CX_DS_EDM_FACET_ERROR',
          'Property SalesOrderType has an invalid value: it holds a text of at most 4 characters.',
          'SalesOrderType',
        ],
        [
          400,
          '/IWCOR/CX_DS_EDM_FACET_ERROR',
          'Property RequestedQuantity has an invalid value: it holds a decimal.',
          'RequestedQuantity',
        ],
        [
          400,
          '/IWCOR/CX_DS_EDM_FACET_ERROR',
          'Property RequestedQuantity has an invalid value: it holds a decimal.',
          'RequestedQuantity',
        ],
        [
          400,
          '/IWCOR/CX_DS_EDM_FACET_ERROR',
          'Property RequestedDeliveryDate has an invalid value: it holds a date.',
          'RequestedDeliveryDate',
        ],
        [
          400,
          '/IWCOR/CX_DS_EDM_FACET_ERROR',
          'Property SoldToParty has an invalid value: it holds a text of at most 10 characters.',
          'SoldToParty',
        ],
        [400, 'CX_SXML_PARSE_ERROR', 'Property to_Item is to hold a collection of entities.', ''],
      ])
      assert.deepEqual(await sandbox.admin.effects(), new Map())
    })

    it('answers 400 to malformed JSON and 415 to anything but JSON', async () => {
      const address = `${sandbox.orders}/A_SalesOrder`
      const bodies = ['{"SoldToParty": ', '', '[]', '"text"', 'null']
      const answers = await Promise.all(bodies.map((body) => sandbox.client.send('POST', address, {body})))
      const xml = await sandbox.client.send('POST', address, {
        headers: {'content-type': 'application/xml'},
        body: '<a/>',
      })

      assert.deepEqual(
        [...answers, xml].map((answer) => [answer.status, typeof json(answer).error.code]),
        [...bodies.map(() => [400, 'string']), [415, 'string']],
      )
    })
  })

  describe('of GET', () => {
    const results = async (address: string) => json(await get(address)).d.results
    const numbers = async (query: string) =>
      (await results(`${sandbox.orders}/A_SalesOrder?${query}`)).map(
        ({SalesOrder}: Record<string, string>) => SalesOrder,
      )

    it('shows one entity, with its ETag, and 404 where there is none', async () => {
      await book('A')

      const found = await get(`${sandbox.orders}/A_SalesOrder('1')`)

      const {d} = json(found)
      assert.equal(d.to_Item.__deferred.uri, `${sandbox.orders}/A_SalesOrder('1')/to_Item`)
      assert.equal(d.__metadata.type, 'API_SALES_ORDER_SRV.A_SalesOrderType')
      assert.equal(found.headers.get('etag'), d.__metadata.etag)
      assert.match(d.__metadata.etag, /^W\/"datetimeoffset'\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d\.\d{7}Z'"$/)
      assert.equal((await get(`${sandbox.orders}/A_SalesOrder('2')`)).status, 404)
    })

    it('finds an order by its reference, quotes and all, with its items', async () => {
      await book("O'Neil & Sons/1+1")
      await book('B')
      const filter = encodeURIComponent("PurchaseOrderByCustomer eq 'O''Neil & Sons/1+1'")

      const found = await results(
        `${sandbox.orders}/A_SalesOrder?$filter=${filter}&$select=SalesOrder,to_Item/Material&$expand=to_Item`,
      )

      const plain = found.map(({__metadata, to_Item, ...rest}: Record<string, unknown>) => ({
        ...rest,
        items: (to_Item as {results: {Material: string}[]}).results.map((item) => Object.keys(item).slice(1)),
      }))
      assert.deepEqual(plain, [{SalesOrder: '1', items: [['Material'], ['Material']]}])
    })

    it('filters, sorts, pages and counts', async () => {
      for (const reference of ['C', 'A', 'B']) await book(reference)

      assert.deepEqual(await numbers('$orderby=PurchaseOrderByCustomer'), ['2', '3', '1'])
      assert.deepEqual(await numbers('$orderby=SoldToParty,PurchaseOrderByCustomer desc&$top=1&$skip=1'), ['3'])
      assert.deepEqual(await numbers("$filter=substringof('A',PurchaseOrderByCustomer) or SalesOrder eq '3'"), [
        '2',
        '3',
      ])
      assert.deepEqual(await numbers("$filter=LastChangeDateTime gt datetimeoffset'2020-01-01T00:00:00Z'&$top=0"), [])
      const inline = json(await get(`${sandbox.orders}/A_SalesOrder?$inlinecount=allpages&$top=1&sap-client=100`)).d
      assert.deepEqual([inline.__count, inline.results.length], ['3', 1])
      assert.equal((await get(`${sandbox.orders}/A_SalesOrder/$count`)).text, '3')
      assert.equal((await get(`${sandbox.orders}/A_SalesOrder/$count?$filter=SalesOrder eq '3'`)).text, '1')
    })

    it('follows navigations both ways', async () => {
      await book('A')

      const items = await results(`${sandbox.orders}/A_SalesOrder('1')/to_Item?$filter=Material eq 'TG12'`)
      const back = await get(`${sandbox.orders}/A_SalesOrderItem(SalesOrder='1',SalesOrderItem='20')/to_SalesOrder`)
      const count = await get(`${sandbox.orders}/A_SalesOrder('1')/to_Item/$count`)
      const nested = await get(`${sandbox.orders}/A_SalesOrder('1')?$expand=to_Item/to_SalesOrder`)

      assert.deepEqual(
        items.map(({SalesOrderItem}: Record<string, string>) => SalesOrderItem),
        ['20'],
      )
      assert.equal(json(back).d.PurchaseOrderByCustomer, 'A')
      assert.equal(count.text, '2')
      assert.equal(json(nested).d.to_Item.results[1].to_SalesOrder.PurchaseOrderByCustomer, 'A')
    })

    it('shows the customers and products it was born with', async () => {
      const partner = json(
        await get(`${sandbox.partners}/A_BusinessPartner('USCU_S40')?$expand=to_BusinessPartnerAddress`),
      )
      const product = json(await get(`${sandbox.products}/A_Product('TG49')?$expand=to_Description`))

      assert.deepEqual(
        [partner.d.Customer, partner.d.BusinessPartnerIsBlocked, partner.d.to_BusinessPartnerAddress.results.length],
        ['USCU_S40', false, 1],
      )
      assert.deepEqual([product.d.BaseUnit, product.d.to_Description.results[0].Language], ['PC', 'EN'])
    })

    it('answers HEAD like GET, without the body', async () => {
      const head = await sandbox.client.send('HEAD', `${sandbox.orders}/A_SalesOrder`)

      assert.deepEqual([head.status, head.text, Number(head.headers.get('content-length')) > 0], [200, '', true])
    })

    for (const query of [
      "$filter=Colour eq 'red'",
      "$filter=PurchaseOrderByCustomer eq 'open",
      '$select=Colour',
      '$select=to_Item/Material',
      '$expand=to_Nothing',
      '$orderby=Colour',
      '$orderby=SalesOrder sideways',
      '$top=-1',
      '$skip=x',
      '$inlinecount=some',
      '$format=xml',
      '$count=true',
      '$search=x',
    ]) {
      it(`answers 400 to ${query}`, async () => {
        assert.equal((await get(`${sandbox.orders}/A_SalesOrder?${query}`)).status, 400)
      })
    }
  })

  describe('of a change', () => {
    const address = () => `${sandbox.orders}/A_SalesOrder('1')`
    const change = (method: string, etag: string | undefined, headers: Record<string, string> = {}) =>
      sandbox.client.send(method, address(), {
        body: {CustomerPurchaseOrderType: 'WEB'},
        headers: {...(etag === undefined ? {} : {'if-match': etag}), ...headers},
      })

    it('lets the present ETag pass once: 204 with a new one, then 412', async () => {
      const etag = (await book('A')).headers.get('etag') ?? ''

      const first = await change('PATCH', etag)
      const second = await change('PATCH', etag)

      assert.deepEqual([first.status, first.text, second.status], [204, '', 412])
      assert.notEqual(first.headers.get('etag'), etag)
      assert.equal((await get(address())).headers.get('etag'), first.headers.get('etag'))
      assert.equal(json(await get(address())).d.CustomerPurchaseOrderType, 'WEB')
      assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 1, documents: ['1']})
    })

    it('lets one of ten changes made at once on the same state through', async () => {
      const etag = (await book('A')).headers.get('etag') ?? ''

      const statuses = await Promise.all(Array.from({length: 10}, async () => (await change('MERGE', etag)).status))

      assert.deepEqual(
        statuses.toSorted((a, b) => a - b),
        [204, ...Array.from({length: 9}, () => 412)],
      )
    })

    it('answers 428 without If-Match and takes the star', async () => {
      await book('A')

      const statuses = [
        (await change('PATCH', undefined)).status,
        (await change('MERGE', '*')).status,
        (await change('POST', '*', {'x-http-method': 'MERGE'})).status,
        (await change('POST', '*', {'x-http-method': 'PATCH'})).status,
      ]

      assert.deepEqual(statuses, [428, 204, 204, 204])
    })

    it('resets with PUT what PATCH would leave', async () => {
      await book('A', {SalesOrganization: '1710'})

      await change('PATCH', '*')
      const patched = json(await get(address())).d
      const put = await sandbox.client.send('PUT', address(), {
        body: {SoldToParty: 'USCU_S01', PurchaseOrderByCustomer: 'A'},
        headers: {'if-match': '*'},
      })
      const replaced = json(await get(address())).d

      assert.deepEqual([patched.SalesOrganization, patched.CustomerPurchaseOrderType], ['1710', 'WEB'])
      assert.equal(put.status, 204)
      assert.deepEqual(
        [replaced.SalesOrganization, replaced.CustomerPurchaseOrderType, replaced.SalesOrder, replaced.TotalNetAmount],
        ['', '', '1', '179.750'],
      )
    })

    it('works on business partners by ETag too, and on items and products without one', async () => {
      await book('A')
      const partner = `${sandbox.partners}/A_BusinessPartner('USCU_S01')`
      const body = {SearchTerm1: 'NEW'}

      const without = await sandbox.client.send('PATCH', partner, {body})
      const etag = (await get(partner)).headers.get('etag') ?? ''
      const fresh = await sandbox.client.send('PATCH', partner, {body, headers: {'if-match': etag}})
      const stale = await sandbox.client.send('PATCH', partner, {body, headers: {'if-match': etag}})
      const item = await sandbox.client.send(
        'PATCH',
        `${sandbox.orders}/A_SalesOrderItem(SalesOrder='1',SalesOrderItem='10')`,
        {body: {RequestedQuantity: '3'}},
      )
      const product = await sandbox.client.send('MERGE', `${sandbox.products}/A_Product('TG10')`, {
        body: {ProductGroup: 'L002'},
      })

      assert.deepEqual(
        [without, fresh, stale, item, product].map(({status}) => status),
        [428, 204, 412, 204, 204],
      )
      assert.equal(json(await get(address())).d.TotalNetAmount, '202.250')
      assert.deepEqual(await sandbox.admin.effectOf('USCU_S01'), {creates: 0, changes: 1, documents: ['USCU_S01']})
    })

    it('refuses deep updates, unknown properties and unknown customers', async () => {
      await book('A')
      const attempt = async (body: object) =>
        (await sandbox.client.send('PATCH', address(), {body, headers: {'if-match': '*'}})).status

      const statuses = [
        await attempt({to_Item: [{Material: 'TG10'}]}),
        await attempt({Colour: 'red'}),
        await attempt({SoldToParty: 'NOBODY'}),
      ]

      assert.deepEqual(statuses, [400, 400, 400])
      assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 0, documents: ['1']})
    })

    it('deletes an item and, under its ETag alone, an order with its items', async () => {
      await book('A')
      const send = async (path: string, headers: Record<string, string> = {}) => {
        const {status} = await sandbox.client.send('DELETE', `${sandbox.orders}/${path}`, {headers})
        return status
      }
      const found = async () => (await sandbox.client.send('GET', `${sandbox.orders}/A_SalesOrderItem/$count`)).text

      assert.equal(await send("A_SalesOrderItem(SalesOrder='1',SalesOrderItem='10')"), 204)
      assert.equal(await send("A_SalesOrderItem(SalesOrder='1',SalesOrderItem='10')"), 404)
      assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 1, documents: ['1']})
      assert.equal(await send("A_SalesOrder('1')"), 428)
      assert.equal(await send("A_SalesOrder('1')", {'if-match': '*'}), 204)
      assert.equal(await found(), '0')
    })

    it('answers 404 to a change of nothing and 405 to what a resource cannot do', async () => {
      await book('A')
      const attempt = async (method: string, path: string) => {
        const {status, headers} = await sandbox.client.send(method, `${sandbox.orders}/${path}`, {body: {}})
        return [status, headers.get('allow') !== null]
      }

      assert.deepEqual(await attempt('PATCH', "A_SalesOrder('9')"), [404, false])
      assert.deepEqual(await attempt('DELETE', "../API_BUSINESS_PARTNER/A_BusinessPartner('USCU_S01')"), [405, true])
      assert.deepEqual(await attempt('DELETE', 'A_SalesOrder'), [405, true])
      assert.deepEqual(await attempt('PATCH', 'A_SalesOrder'), [405, true])
      assert.deepEqual(await attempt('POST', "A_SalesOrder('1')"), [405, true])
      assert.deepEqual(await attempt('POST', '$metadata'), [405, true])
    })
  })
})
