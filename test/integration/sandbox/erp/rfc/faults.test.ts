import assert from 'node:assert/strict'
import {eventually} from '../../../../support/eventually.js'
import {connectRfc, openRfc, type RfcClient, rfcLogon} from '../../../../support/rfc-client.js'
import {messagesOf, rfcOrder} from '../../../../support/rfc-order.js'
import {type BothFaces, json, order, send, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('a fault on the RFC face', () => {
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

  const create = async (reference: string, from = client) =>
    from.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder(reference))
  const commit = async () => client.call('BAPI_TRANSACTION_COMMIT', {WAIT: 'X'})
  const atOnce = async (reference: string) =>
    client.call('Z_ERPSYNC_ORDER_CREATE', {IV_VKORG: '1710', IV_KUNNR: 'USCU_S01', IV_BSTKD: reference})
  const creates = async (reference: string) => (await sandbox.admin.effectOf(reference)).creates
  const struck = async () => (await sandbox.admin.stats()).faults
  const logOn = async () => {
    const other = await connectRfc(sandbox.rfc)
    const reply = await other.ask({op: 'open', params: rfcLogon})
    other.close()
    return reply
  }

  it('latency: answers late, calls only unless another method is named', async () => {
    await sandbox.admin.addFault({kind: 'latency', ms: 200, rate: 1, count: 1})
    await client.ask({op: 'ping'})
    const started = performance.now()

    await client.call('RFC_PING')

    assert.ok(performance.now() - started >= 195)
    assert.deepEqual(await struck(), {latency: 1})
  })

  it('hang: no answer until the faults are cleared, nothing booked', async () => {
    await create('A')
    await sandbox.admin.addFault({kind: 'hang', path: 'COMMIT'})

    const committing = commit()
    await eventually(async () => (await struck()).hang === 1)
    await sandbox.admin.clearFaults()

    assert.equal(await committing, undefined)
    assert.equal(await creates('A'), 0)
  })

  it('hang: ends with the client, and takes the session with it', async () => {
    await sandbox.admin.addFault({kind: 'hang', method: 'DESCRIBE'})

    client.send({op: 'describe', function: 'RFC_PING'})
    await eventually(async () => (await struck()).hang === 1)
    client.close()
    await client.closed

    assert.ok('attributes' in (await logOn()))
  })

  it('lock: V1/042 in the RETURN of the BAPI, for its reference only, and the COMMIT goes through', async () => {
    await sandbox.admin.addFault({kind: 'lock', reference: 'A', user: 'JDOE'})

    const replies = [await create('B'), await create('A'), await create('A')]
    await commit()

    assert.deepEqual(
      replies.map((reply) => messagesOf(reply).at(0)),
      ['S V4/233', 'E V1/042', 'S V4/233'],
    )
    assert.deepEqual(
      [replies[1].params.RETURN[0].MESSAGE, replies[1].params.RETURN[0].MESSAGE_V1],
      ['Document is currently being processed by user JDOE.', 'JDOE'],
    )
    assert.deepEqual([await creates('A'), await creates('B')], [1, 1])
  })

  it('business-error: its message in whatever the function returns messages with', async () => {
    await sandbox.admin.addFault({kind: 'business-error', code: 'F5/814', text: 'Not there.', count: 2})

    const order = await atOnce('A')
    const customer = await client.call('BAPI_CUSTOMER_CHANGEFROMDATA1', {CUSTOMERNO: 'USCU_S01'})
    await commit()

    assert.deepEqual(messagesOf(order, 'ET_RETURN'), ['E F5/814', 'E V4/219'])
    assert.deepEqual(customer.params, {RETURN: {TYPE: 'E', ID: 'F5', NUMBER: '814', MESSAGE: 'Not there.'}})
    assert.deepEqual((await sandbox.admin.stats()).effects, {creates: 0, changes: 0})
  })

  it('business-error: fails the update where it is aimed at the COMMIT', async () => {
    await create('A')
    await sandbox.admin.addFault({
      kind: 'business-error',
      method: 'INVOKE',
      path: '^BAPI_TRANSACTION_COMMIT$',
      code: 'S&/101',
      text: 'Posting could not be carried out',
    })

    const failed = await commit()
    const nothing = await commit()

    assert.deepEqual(messagesOf(failed), ['E S&/101'])
    assert.deepEqual(nothing.params, {})
    assert.equal(await creates('A'), 0)
  })

  for (const [kind, booked] of [
    ['drop-before-commit', 0],
    ['drop-after-commit', 1],
  ] as const) {
    it(`${kind}: the line dies on the COMMIT of what it is aimed at`, async () => {
      await sandbox.admin.addFault({kind, reference: 'A'})
      await create('B')
      assert.deepEqual((await commit()).params, {})

      const created = await create('A')
      const committed = await commit()

      assert.equal(created.params.SALESDOCUMENT, '0000000002')
      assert.equal(committed, undefined)
      assert.deepEqual([await creates('A'), await creates('B')], [booked, 1])
    })

    it(`${kind}: strikes a function that commits inside`, async () => {
      await sandbox.admin.addFault({kind})

      const reply = await atOnce('A')

      assert.equal(reply, undefined)
      assert.equal(await creates('A'), booked)
    })
  }

  it('drop-before-commit: spares a COMMIT of nothing', async () => {
    await sandbox.admin.addFault({kind: 'drop-before-commit'})

    assert.deepEqual(await commit(), {params: {}})
    assert.deepEqual(await struck(), {})
  })

  it('dump: the call ends with the key, the session with the call', async () => {
    await create('A')
    await sandbox.admin.addFault({kind: 'dump', key: 'TSV_TNEW_PAGE_ALLOC_FAILED', path: 'COMMIT'})

    const {error} = await commit()

    assert.deepEqual([error.code, error.group, error.key], [3, 2, 'TSV_TNEW_PAGE_ALLOC_FAILED'])
    assert.equal(await client.ask({op: 'ping'}), undefined)
    assert.equal(await creates('A'), 0)
  })

  it('logon-refused: the next logon fails, sessions there are go on', async () => {
    await sandbox.admin.addFault({kind: 'logon-refused'})

    const pong = await client.call('RFC_PING')
    const {error} = await logOn()

    assert.deepEqual([pong.params, error.code, error.group], [{}, 2, 3])
    assert.ok('attributes' in (await logOn()))
  })

  it('unavailable: the connection is reset at the logon', async () => {
    await sandbox.admin.addFault({kind: 'unavailable'})

    assert.deepEqual([await logOn(), 'attributes' in (await logOn())], [undefined, true])
    assert.deepEqual(await struck(), {unavailable: 1})
  })

  it('belongs to one face where only one knows it, or where a method of one is named', async () => {
    await sandbox.admin.setFaults({
      faults: [
        {kind: 'dump'},
        {kind: 'throttle'},
        {kind: 'truncated-body'},
        {kind: 'expired-session'},
        {kind: 'hang', method: 'INVOKE', path: 'NEVER'},
        {kind: 'lock', method: 'POST'},
      ],
    })

    const dumped = await atOnce('A')
    client = await openRfc(sandbox.rfc)
    const booked = await atOnce('B')
    const throttled = await sandbox.client.send('GET', `${sandbox.orders}/A_SalesOrder`)

    assert.equal(dumped.error.key, 'TIME_OUT')
    assert.deepEqual(messagesOf(booked, 'ET_RETURN'), ['S V1/311'])
    assert.equal(throttled.status, 429)
    assert.deepEqual(await struck(), {dump: 1, throttle: 1})
  })

  it('that is dump never strikes OData, and logon-refused answers it with 401', async () => {
    await sandbox.admin.setFaults({faults: [{kind: 'dump', rate: 1}, {kind: 'logon-refused'}]})
    const book = async () => sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {body: order('A')})

    assert.deepEqual([(await book()).status, (await book()).status], [401, 201])
    assert.deepEqual(await struck(), {'logon-refused': 1})
  })

  it('is refused by the admin endpoint where its method belongs to a face that does not know it', async () => {
    const admin = async (body: object) => send('POST', `${sandbox.erp.url}/__sandbox/faults`, {body})

    const refused = [await admin({kind: 'dump', method: 'POST'}), await admin({kind: 'throttle', method: 'INVOKE'})]

    assert.deepEqual(
      refused.map((answer) => [answer.status, json(answer).error.problems[0].field]),
      [
        [400, 'method'],
        [400, 'method'],
      ],
    )
  })
})
