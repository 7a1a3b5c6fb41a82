import assert from 'node:assert/strict'
import {openRfc, type RfcClient} from '../../../../support/rfc-client.js'
import {messagesOf, rfcOrder} from '../../../../support/rfc-order.js'
import {type BothFaces, json, order, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('sales orders on the RFC face', () => {
  let sandbox: BothFaces
  let client: RfcClient
  beforeEach(async () => {
    sandbox = await setupBothFaces()
    client = await openRfc(sandbox.rfc)
  })
  afterEach(async () => {
    client.close()
    await sandbox.close()
  })

  const create = async (params: object) => client.call('BAPI_SALESORDER_CREATEFROMDAT2', params)
  const commit = async () => client.call('BAPI_TRANSACTION_COMMIT', {WAIT: 'X'})
  const inOdata = async (number: string) =>
    json(await sandbox.client.send('GET', `${sandbox.orders}/A_SalesOrder('${number}')?$expand=to_Item`)).d

  it('are seen over OData, as those of OData are over RFC', async () => {
    const created = await create(
      rfcOrder('FROM-RFC', {
        ORDER_HEADER_IN: {
          DOC_TYPE: 'TA',
          SALES_ORG: '1710',
          PURCH_NO_C: 'FROM-RFC',
          REQ_DATE_H: '20260131',
          CURRENCY: 'USD',
        },
      }),
    )
    await commit()
    await sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {body: order('FROM-ODATA')})

    const overOdata = await inOdata('1')
    const overRfc = await client.call('BAPI_SALESORDER_GETSTATUS', {SALESDOCUMENT: '0000000002'})

    assert.deepEqual(messagesOf(created), ['S V4/233', 'S V4/233', 'S V1/311'])
    assert.deepEqual(
      [overOdata.SalesOrderType, overOdata.SoldToParty, overOdata.PurchaseOrderByCustomer, overOdata.TotalNetAmount],
      ['OR', 'USCU_S12', 'FROM-RFC', '179.750'],
    )
    assert.equal(overOdata.RequestedDeliveryDate, `/Date(${Date.UTC(2026, 0, 31)})/`)
    assert.deepEqual(
      overRfc.params.STATUSINFO.map((row: Record<string, string>) => [row.PURCH_NO_C, row.ITM_NUMBER, row.MATERIAL]),
      [
        ['FROM-ODATA', '000010', 'TG11'],
        ['FROM-ODATA', '000020', 'TG12'],
      ],
    )
    assert.deepEqual(
      await sandbox.admin.effects(),
      new Map([
        ['FROM-RFC', {creates: 1, changes: 0, documents: ['1']}],
        ['FROM-ODATA', {creates: 1, changes: 0, documents: ['2']}],
      ]),
    )
  })

  it('take a numeric customer with its leading zeros only', async () => {
    const partner = (PARTN_NUMB: string) => rfcOrder('A', {ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB}]})

    const external = await create(partner('100001'))
    const internal = await create(partner('0000100001'))
    await commit()

    assert.deepEqual(messagesOf(external), ['E VP/204', 'E V4/219'])
    assert.equal(internal.params.SALESDOCUMENT, '0000000001')
    assert.equal((await inOdata('1')).SoldToParty, '100001')
  })

  it('are refused with every message at once, in the words of SAP', async () => {
    const reply = await create({
      ORDER_HEADER_IN: {DOC_TYPE: 'TA', REQ_DATE_H: '20260230'},
      ORDER_ITEMS_IN: [{MATERIAL: 'TG11'}, {MATERIAL: 'NOTHING'}],
      ORDER_PARTNERS: [{PARTN_ROLE: 'WE', PARTN_NUMB: 'USCU_S12'}],
    })

    assert.deepEqual(messagesOf(reply), ['E V1/331', 'E V4/248', 'E V1/219', 'E V1/382', 'E V4/219'])
    assert.deepEqual(reply.params.RETURN[3], {
      TYPE: 'E',
      ID: 'V1',
      NUMBER: '382',
      MESSAGE: 'Material NOTHING is not defined for sales org. distrib.chan language EN',
      MESSAGE_V1: 'NOTHING',
      MESSAGE_V2: '',
      MESSAGE_V3: '',
      MESSAGE_V4: 'EN',
      PARAMETER: 'ORDER_ITEMS_IN',
      ROW: 2,
      FIELD: 'MATERIAL',
      SYSTEM: 'SBXCLNT100',
    })
    assert.equal('SALESDOCUMENT' in reply.params, false)
    await commit()
    assert.deepEqual((await sandbox.admin.stats()).effects, {creates: 0, changes: 0})
  })

  it('are refused where the world itself has something against them', async () => {
    const twice = [
      {ITM_NUMBER: '000010', MATERIAL: 'TG11'},
      {ITM_NUMBER: '000010', MATERIAL: 'TG12'},
    ]

    const reply = await create(rfcOrder('A', {ORDER_ITEMS_IN: twice}))

    assert.deepEqual(messagesOf(reply), ['E V1/331', 'E V4/219'])
    assert.equal(reply.params.RETURN[0].MESSAGE, 'Item 10 already exists.')
  })

  it('are checked and not created in a test run, and use up no number', async () => {
    const tested = await create(rfcOrder('A', {TESTRUN: 'X'}))
    const created = await create(rfcOrder('B'))
    await commit()

    assert.deepEqual(messagesOf(tested), ['S V4/233', 'S V4/233'])
    assert.deepEqual([tested.params.SALESDOCUMENT, created.params.SALESDOCUMENT], ['', '0000000001'])
    assert.deepEqual([...(await sandbox.admin.effects()).keys()], ['B'])
  })

  it('take quantities from schedule lines, and of flagged structures what is flagged', async () => {
    await create(
      rfcOrder('A', {
        ORDER_HEADER_INX: {UPDATEFLAG: 'I', DOC_TYPE: 'X', SALES_ORG: 'X', PURCH_NO_C: 'X'},
        ORDER_ITEMS_IN: [{ITM_NUMBER: '000010', MATERIAL: 'TG11', TARGET_QTY: '9', SHORT_TEXT: 'not flagged'}],
        ORDER_ITEMS_INX: [{ITM_NUMBER: '000010', UPDATEFLAG: 'I', MATERIAL: 'X'}],
        ORDER_SCHEDULES_IN: [
          {ITM_NUMBER: '000010', SCHED_LINE: '0001', REQ_QTY: '3'},
          {ITM_NUMBER: '000010', SCHED_LINE: '0002', REQ_QTY: '1.5'},
        ],
      }),
    )
    await commit()

    const {SalesOrganization, DistributionChannel, to_Item} = await inOdata('1')

    assert.deepEqual([SalesOrganization, DistributionChannel], ['1710', ''])
    assert.deepEqual(
      to_Item.results.map((item: Record<string, string>) => [item.RequestedQuantity, item.SalesOrderItemText]),
      [['4.500', 'Pannier bag, trading good 11']],
    )
  })

  it('are booked without COMMIT by the function that commits inside, with what was pending', async () => {
    await create(rfcOrder('PENDING'))

    const reply = await client.call('Z_ERPSYNC_ORDER_CREATE', {
      IV_VKORG: '1710',
      IV_KUNNR: '0000100002',
      IV_BSTKD: 'AT-ONCE',
      IT_ITEMS: [{MATNR: 'TG20', MENGE: '3', VRKME: 'PC'}],
    })
    const refused = await client.call('Z_ERPSYNC_ORDER_CREATE', {IV_KUNNR: '100002'})

    assert.deepEqual(messagesOf(reply, 'ET_RETURN'), ['S V1/311'])
    assert.equal(reply.params.EV_VBELN, '0000000002')
    assert.deepEqual(messagesOf(refused, 'ET_RETURN'), ['E V1/331', 'E VP/204', 'E V4/219'])
    assert.deepEqual(
      [...(await sandbox.admin.effects())].map(([reference, {creates}]) => [reference, creates]),
      [
        ['PENDING', 1],
        ['AT-ONCE', 1],
      ],
    )
  })

  it('are not found by a number without its zeros', async () => {
    await create(rfcOrder('A'))
    await commit()

    const reply = await client.call('BAPI_SALESORDER_GETSTATUS', {SALESDOCUMENT: '1'})

    assert.deepEqual(reply.params.RETURN, {
      TYPE: 'E',
      CODE: 'V1302',
      MESSAGE: 'Sales document 1 does not exist',
      MESSAGE_V1: '1',
    })
  })
})
