import assert from 'node:assert/strict'
import {eventually} from '../../../support/eventually.js'
import {envelope, orderIdoc, partners, post} from '../../../support/idoc.js'
import {brokenBy, json, send, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

interface Status {
  readonly DOCNUM: string
  readonly STATUS: string
  readonly STATXT: string
  readonly STAMID: string
  readonly STAMNO: string
  readonly OBJKEY: string
}

describe('the IDoc face of the sandbox ERP', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const statuses = async (id: string): Promise<readonly Status[]> => {
    const filter = encodeURIComponent(`ARCKEY eq 'urn:sap.com:msgid=${id}'`)
    const answer = await send('GET', `${sandbox.erp.baseUrl}/ZERPSYNC_IDOC_SRV/IDocStatusSet?$filter=${filter}`)
    return json(answer).d.results as readonly Status[]
  }
  const reaches = async (id: string, status: string): Promise<Status | undefined> => {
    await eventually(async () => (await statuses(id))[0]?.STATUS === status)
    return (await statuses(id))[0]
  }
  const creates = async (reference: string) => (await sandbox.admin.effectOf(reference)).creates

  it('takes an order at once and posts it afterwards', async () => {
    await sandbox.admin.addFault({kind: 'latency', ms: 300, path: '/posting$'})

    const answer = await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))
    const [first] = await statuses('PO-1')
    const created = await creates('PO-1')
    const last = await reaches('PO-1', '53')

    assert.equal(answer.status, 200)
    assert.match(answer.text, /<DB_ID>0000000000000001<\/DB_ID>/)
    assert.deepEqual([first?.STATUS, created], ['64', 0])
    assert.deepEqual([last?.DOCNUM, last?.OBJKEY, await creates('PO-1')], ['0000000000000001', '1', 1])
    const order = await send('GET', `${sandbox.orders}/A_SalesOrder('1')?$expand=to_Item`)
    const {SoldToParty, RequestedDeliveryDate, to_Item} = json(order).d
    assert.deepEqual([SoldToParty, RequestedDeliveryDate], ['USCU_S12', '/Date(1775001600000)/'])
    const [{Material, RequestedQuantity, RequestedQuantityUnit}] = to_Item.results
    assert.deepEqual([Material, RequestedQuantity, RequestedQuantityUnit], ['TG11', '2.000', 'PC'])
  })

  it('takes a message id once, and gives the same number again', async () => {
    const first = await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))
    await reaches('PO-1', '53')

    const second = await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))

    assert.deepEqual([second.status, second.text], [200, first.text])
    assert.deepEqual([(await statuses('PO-1')).length, await creates('PO-1')], [1, 1])
  })

  it('keeps every IDoc that is not sent by the rules of exactly once', async () => {
    const plain = envelope(orderIdoc('PO-1'), {namespace: 'urn:sap-com:document:sap:idoc:messages'})
    await post(sandbox.erp.url, envelope(orderIdoc('PO-1')), {contentType: 'text/xml'})
    await post(sandbox.erp.url, plain)

    await eventually(async () => (await creates('PO-1')) === 2)

    assert.equal((await statuses('PO-1')).length, 2)
  })

  it('refuses a second call with an id while the first is in process (EA/728)', async () => {
    await sandbox.admin.addFault({kind: 'latency', ms: 400})
    const slow = post(sandbox.erp.url, envelope(orderIdoc('PO-1')))
    await eventually(async () => (await sandbox.admin.stats()).faults.latency === 1)

    const second = await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))

    assert.equal(second.status, 500)
    assert.match(second.text, /MSGID_LOCKED.*<ID>EA<\/ID><Number>728<\/Number>/)
    assert.equal((await slow).status, 200)
  })

  it('refuses what breaks the rules of exactly once (EA/728), or is no IDoc', async () => {
    const bodies = [
      envelope(orderIdoc('A') + orderIdoc('B')),
      envelope(orderIdoc('A').replace(/<ARCKEY>.*<\/ARCKEY>/, '')),
      envelope(orderIdoc('A').replace('urn:sap.com:msgid=', '')),
      envelope('<IDOC BEGIN="1"/>'),
      '<html/>',
      'nothing',
    ]

    const answers = []
    for (const body of bodies) answers.push(await post(sandbox.erp.url, body))

    assert.deepEqual(
      answers.map(({status, text}) => [status, /<Name>(\w+)<\/Name>/.exec(text)?.[1]]),
      [
        [500, 'MULTIPLE_IDOCS_NOT_ALLOWED'],
        [500, 'SOAP_MSGID_INITIAL'],
        [500, 'SOAP_MSGID_PREFIX_INVALID'],
        [500, undefined],
        [500, undefined],
        [500, undefined],
      ],
    )
    assert.deepEqual(await sandbox.admin.effects(), new Map())
  })

  it('keeps with an error what cannot be posted: no partners, unknown type, no mandatory segment', async () => {
    const noPartner = orderIdoc('A', {control: partners.replace('<SNDPRN>ERPSYNC</SNDPRN>', '')})
    await post(sandbox.erp.url, envelope(noPartner))
    await post(sandbox.erp.url, envelope(orderIdoc('B').replace('ORDERS05', 'ORDERS99')))
    await post(sandbox.erp.url, envelope(orderIdoc('C').replace(/<E1EDK01.*?<\/E1EDK01>/, '')))

    const found = await Promise.all(['A', 'B', 'C'].map(statuses))

    assert.deepEqual(
      found.map(([row]) => row?.STATUS),
      ['56', '60', '60'],
    )
  })

  it('lets an order fail in the application with its message, and posts it again when asked', async () => {
    await sandbox.admin.addFault({kind: 'lock', reference: 'PO-1', user: 'JDOE'})
    await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))
    const failed = await reaches('PO-1', '51')

    const reposted = await sandbox.admin.repostIdocs()

    assert.deepEqual(
      [failed?.STAMID, failed?.STAMNO, failed?.STATXT],
      ['V1', '042', 'Document is currently being processed by user JDOE.'],
    )
    assert.equal(reposted, 1)
    assert.deepEqual([(await statuses('PO-1'))[0]?.STATUS, await creates('PO-1')], ['53', 1])
  })

  it('fails an order of a customer it does not know', async () => {
    await post(sandbox.erp.url, envelope(orderIdoc('PO-1', {customer: 'NOBODY'})))

    const failed = await reaches('PO-1', '51')

    assert.deepEqual([failed?.STAMID, failed?.STAMNO, await creates('PO-1')], ['VP', '204', 0])
  })

  it('changes the customer of a DEBMAS and creates one it does not know', async () => {
    const master = (id: string, number: string, fields: string): string =>
      envelope(
        '<IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>DEBMAS06</IDOCTYP><MESTYP>DEBMAS</MESTYP>' +
          `${partners}<ARCKEY>urn:sap.com:msgid=${id}</ARCKEY></EDI_DC40>` +
          `<E1KNA1M SEGMENT="1"><KUNNR>${number}</KUNNR>${fields}</E1KNA1M></IDOC>`,
        {root: 'DEBMAS06'},
      )
    await post(sandbox.erp.url, master('C-1', 'USCU_S01', '<NAME1>New &amp; Co</NAME1><SORTL>/</SORTL>'))
    await post(sandbox.erp.url, master('C-2', '4711', '<NAME1>Fresh</NAME1>'))

    await Promise.all([reaches('C-1', '53'), reaches('C-2', '53')])

    const changed = json(await send('GET', `${sandbox.partners}/A_BusinessPartner('USCU_S01')`)).d
    assert.deepEqual([changed.OrganizationBPName1, changed.SearchTerm1], ['New & Co', 'BOSTON HARDWARE'])
    assert.deepEqual(await sandbox.admin.effectOf('USCU_S01'), {creates: 0, changes: 1, documents: ['USCU_S01']})
    assert.deepEqual(await sandbox.admin.effectOf('4711'), {creates: 1, changes: 0, documents: ['4711']})
  })

  it('cuts the line before or after it has kept the IDoc', async () => {
    await sandbox.admin.addFault({kind: 'drop-before-commit', reference: 'PO-1'})
    await sandbox.admin.addFault({kind: 'drop-after-commit', reference: 'PO-2'})

    const errors = [
      await brokenBy(post(sandbox.erp.url, envelope(orderIdoc('PO-1')))),
      await brokenBy(post(sandbox.erp.url, envelope(orderIdoc('PO-2')))),
    ]
    await reaches('PO-2', '53')

    assert.ok(errors.every((error) => error !== undefined))
    assert.deepEqual([(await statuses('PO-1')).length, await creates('PO-1')], [0, 0])
    assert.equal(await creates('PO-2'), 1)
  })

  it('frees a message id when the call that held it has ended', async () => {
    await sandbox.admin.addFault({kind: 'hang', reference: 'PO-1'})
    await brokenBy(post(sandbox.erp.url, envelope(orderIdoc('PO-1')), {timeoutMs: 100}))

    await eventually(async () => (await post(sandbox.erp.url, envelope(orderIdoc('PO-1')))).status === 200)

    await reaches('PO-1', '53')
  })

  it('lets nobody write a status', async () => {
    const answer = await sandbox.client.send('POST', `${sandbox.erp.baseUrl}/ZERPSYNC_IDOC_SRV/IDocStatusSet`, {
      body: {DOCNUM: '1'},
    })

    assert.equal(answer.status, 405)
  })
})
