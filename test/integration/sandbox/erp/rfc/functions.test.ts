import assert from 'node:assert/strict'
import {openRfc, type RfcClient} from '../../../../support/rfc-client.js'
import {type BothFaces, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('a function of the RFC face', () => {
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

  it('is described with its parameters by class and name, and the types they use', async () => {
    const {params, types} = await client.ask({op: 'describe', function: 'BAPI_SALESORDER_CREATEFROMDAT2'})

    assert.deepEqual(
      params.map(({name, dir, type, line, optional}: Record<string, unknown>) => [dir, name, type, line, optional]),
      [
        ['EXPORT', 'SALESDOCUMENT', 'CHAR', undefined, true],
        ['IMPORT', 'ORDER_HEADER_IN', 'STRUCTURE', 'BAPISDHD1', false],
        ['IMPORT', 'ORDER_HEADER_INX', 'STRUCTURE', 'BAPISDHD1X', true],
        ['IMPORT', 'TESTRUN', 'CHAR', undefined, true],
        ['TABLES', 'ORDER_ITEMS_IN', 'TABLE', 'BAPISDITM', true],
        ['TABLES', 'ORDER_ITEMS_INX', 'TABLE', 'BAPISDITMX', true],
        ['TABLES', 'ORDER_PARTNERS', 'TABLE', 'BAPIPARNR', true],
        ['TABLES', 'ORDER_SCHEDULES_IN', 'TABLE', 'BAPISCHDL', true],
        ['TABLES', 'ORDER_SCHEDULES_INX', 'TABLE', 'BAPISCHDLX', true],
        ['TABLES', 'RETURN', 'TABLE', 'BAPIRET2', true],
      ],
    )
    assert.deepEqual(types.BAPISCHDL, [
      {name: 'ITM_NUMBER', type: 'NUM', length: 6},
      {name: 'SCHED_LINE', type: 'NUM', length: 4},
      {name: 'REQ_DATE', type: 'DATE'},
      {name: 'DATE_TYPE', type: 'CHAR', length: 1},
      {name: 'REQ_QTY', type: 'BCD', length: 7, decimals: 3},
    ])
  })

  it('that does not exist raises FU_NOT_FOUND, to describe and to call', async () => {
    const expected = {
      error: {
        code: 5,
        group: 1,
        key: 'FU_NOT_FOUND',
        message: 'ID:FL Type:E Number:046 Z_NOT_THERE',
        abapMsgClass: 'FL',
        abapMsgType: 'E',
        abapMsgNumber: '046',
        abapMsgV1: 'Z_NOT_THERE',
      },
    }

    assert.deepEqual(await client.ask({op: 'describe', function: 'Z_NOT_THERE'}), expected)
    assert.deepEqual(await client.call('Z_NOT_THERE'), expected)
  })

  it('echoes, and fills what was not given', async () => {
    const {ECHOTEXT, RESPTEXT} = (await client.call('STFC_CONNECTION', {REQUTEXT: 'ünïcode 漢字 😀'})).params
    const row = {RFCINT4: 345, RFCHEX3: '010203', RFCDATE: '20140101'}
    const {ECHOSTRUCT, RFCTABLE} = (await client.call('STFC_STRUCTURE', {IMPORTSTRUCT: row, RFCTABLE: [row]})).params

    assert.deepEqual([ECHOTEXT, RESPTEXT.includes('SBX')], ['ünïcode 漢字 😀', true])
    assert.deepEqual(ECHOSTRUCT, {
      RFCFLOAT: 0,
      RFCCHAR1: '',
      RFCINT2: 0,
      RFCINT1: 0,
      RFCCHAR4: '',
      RFCINT4: 345,
      RFCHEX3: '010203',
      RFCCHAR2: '',
      RFCTIME: '000000',
      RFCDATE: '20140101',
      RFCDATA1: '',
      RFCDATA2: '',
    })
    assert.deepEqual(
      RFCTABLE.map(({RFCINT4, RFCFLOAT}: Record<string, number>) => [RFCINT4, RFCFLOAT]),
      [
        [345, 0],
        [346, 1],
      ],
    )
  })

  it('leaves out what the caller does not want', async () => {
    const reply = await client.ask({
      op: 'invoke',
      function: 'STFC_CONNECTION',
      params: {REQUTEXT: 'x'},
      inactive: ['RESPTEXT'],
    })

    assert.deepEqual(reply, {params: {ECHOTEXT: 'x'}})
  })

  for (const [method, type, expected] of [
    ['1', 'E', [5, 1, 'RAISE_EXCEPTION', 'ID:SR Type:E Number:006 Method = 1', '006']],
    ['2', 'E', [5, 1, 'RAISE_EXCEPTION', ' Number:000', '000']],
    ['3', 'E', [3, 2, 'COMPUTE_INT_ZERODIVIDE', 'Division by 0 (type I or INT8)', undefined]],
    ['51', 'E', [3, 2, 'BLOCKED_COMMIT', 'A database commit was blocked by the application.', undefined]],
    ['0', 'A', [4, 2, 'Function not supported', 'Function not supported', '006']],
    [
      '0',
      'X',
      [4, 2, 'MESSAGE_TYPE_X', 'The current application has triggered a termination with a short dump.', '341'],
    ],
  ] as const) {
    it(`fails in SAP's ways: RFC_RAISE_ERROR with method ${method} and type ${type}`, async () => {
      const {error} = await client.call('RFC_RAISE_ERROR', {METHOD: method, MESSAGETYPE: type})

      assert.deepEqual([error.code, error.group, error.key, error.message, error.abapMsgNumber], expected)
      assert.deepEqual(await client.ask({op: 'ping'}), error.code === 5 ? {} : undefined)
    })
  }

  for (const [what, params] of [
    ['a text that is too long', {REQUTEXT: 'x'.repeat(256)}],
    ['a parameter that it does not have', {NOPE: 'x'}],
  ] as const) {
    it(`dumps on ${what}, and ends the session`, async () => {
      const {error} = await client.call('STFC_CONNECTION', params)

      assert.deepEqual([error.code, error.group, error.key], [3, 2, 'RFC_CONVERSION_FIELD'])
      assert.equal(await client.ask({op: 'ping'}), undefined)
    })
  }

  it('dumps where a parameter is missing that must be given', async () => {
    const {error} = await client.call('BAPI_SALESORDER_GETSTATUS')

    assert.deepEqual([error.code, error.key], [3, 'CALL_FUNCTION_PARM_MISSING'])
  })

  it('is counted among the requests', async () => {
    await client.call('RFC_PING')
    await client.ask({op: 'ping'})

    const {requests, mostAtOnce} = await sandbox.admin.stats()

    assert.deepEqual([requests, mostAtOnce], [2, 1])
  })
})
