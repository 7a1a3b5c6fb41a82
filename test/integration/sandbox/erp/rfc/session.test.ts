import assert from 'node:assert/strict'
import {eventually} from '../../../../support/eventually.js'
import {connectRfc, openRfc, type RfcClient, rfcLogon} from '../../../../support/rfc-client.js'
import {rfcOrder} from '../../../../support/rfc-order.js'
import {type BothFaces, setupBothFaces} from '../../../../support/sandbox-erp.js'

describe('a session of the RFC face', () => {
  let sandbox: BothFaces
  const clients: RfcClient[] = []
  beforeEach(async () => {
    sandbox = await setupBothFaces(2)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await sandbox.close()
  })

  const connected = async (): Promise<RfcClient> => {
    const client = await connectRfc(sandbox.rfc)
    clients.push(client)
    return client
  }
  const opened = async (): Promise<RfcClient> => {
    const client = await openRfc(sandbox.rfc)
    clients.push(client)
    return client
  }
  const creates = async (reference: string) => (await sandbox.admin.effectOf(reference)).creates

  describe('at its beginning', () => {
    it('tells who is logged on where', async () => {
      const client = await connected()

      const reply = await client.ask({op: 'open', params: {...rfcLogon, user: 'erpsync', lang: 'de'}})

      assert.deepEqual(reply, {
        attributes: {
          sysId: 'SBX',
          sysNumber: '00',
          partnerHost: 'sandbox',
          user: 'ERPSYNC',
          isoLanguage: 'DE',
          language: 'D',
        },
      })
    })

    it('refuses a wrong user, password or client, and hangs up', async () => {
      for (const wrong of [{user: 'NOBODY'}, {passwd: 'Secret'}, {client: '200'}]) {
        const client = await connected()

        const {error} = await client.ask({op: 'open', params: {...rfcLogon, ...wrong}})

        assert.deepEqual([error.code, error.group, error.key], [2, 3, 'RFC_LOGON_FAILURE'])
        assert.equal(await client.ask({op: 'ping'}), undefined)
      }
    })

    it('does nothing before the logon', async () => {
      const client = await connected()

      const {error} = await client.call('RFC_PING')

      assert.deepEqual([error.code, error.group], [2, 3])
    })

    it('is refused while too many others are logged on', async () => {
      const [first] = [await opened(), await opened()]
      const third = await connected()

      const {error} = await third.ask({op: 'open', params: rfcLogon})
      first.close()
      await eventually(async () => {
        const reply = await (await connected()).ask({op: 'open', params: rfcLogon})
        return 'attributes' in reply
      })

      assert.deepEqual([error.code, error.group, error.key], [1, 4, 'RFC_COMMUNICATION_FAILURE'])
      assert.match(error.message, /max no of 2 conversations exceeded/)
    })
  })

  describe('as a unit of work', () => {
    it('shows an order to others only after COMMIT, with the number given before', async () => {
      const [client, other] = [await opened(), await opened()]
      const status = async (from: RfcClient, number: string) =>
        (await from.call('BAPI_SALESORDER_GETSTATUS', {SALESDOCUMENT: number})).params

      const {SALESDOCUMENT} = (await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))).params
      const before = [await status(other, SALESDOCUMENT), await status(client, SALESDOCUMENT)]
      await client.call('BAPI_TRANSACTION_COMMIT', {WAIT: 'X'})
      const after = await status(other, SALESDOCUMENT)

      assert.equal(SALESDOCUMENT, '0000000001')
      assert.deepEqual(
        before.map(({RETURN}) => RETURN.CODE),
        ['V1302', 'V1302'],
      )
      assert.deepEqual(
        after.STATUSINFO.map((row: Record<string, string>) => [row.DOC_NUMBER, row.PURCH_NO_C, row.REQ_QTY]),
        [
          ['0000000001', 'A', '2.000'],
          ['0000000001', 'A', '5.500'],
        ],
      )
    })

    for (const [ending, end] of [
      ['BAPI_TRANSACTION_ROLLBACK', async (client: RfcClient) => client.call('BAPI_TRANSACTION_ROLLBACK')],
      ['reset', async (client: RfcClient) => client.ask({op: 'reset'})],
    ] as const) {
      it(`is forgotten by ${ending}, and the session goes on`, async () => {
        const client = await opened()
        await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))

        await end(client)
        await client.call('BAPI_TRANSACTION_COMMIT')

        assert.equal(await creates('A'), 0)
      })
    }

    it('outlives an ABAP exception, and dies with the session on a dump', async () => {
      const [survivor, victim] = [await opened(), await opened()]
      await survivor.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))
      await victim.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('B'))

      const exception = await survivor.call('RFC_RAISE_ERROR', {METHOD: '1'})
      const dump = await victim.call('RFC_RAISE_ERROR', {METHOD: '3'})
      await survivor.call('BAPI_TRANSACTION_COMMIT')
      const commit = await victim.call('BAPI_TRANSACTION_COMMIT')

      assert.deepEqual([exception.error.group, dump.error.group, commit], [1, 2, undefined])
      assert.deepEqual([await creates('A'), await creates('B')], [1, 0])
    })

    it('commits all it holds at once, and nothing twice', async () => {
      const client = await opened()
      await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))
      await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('B'))

      await client.call('BAPI_TRANSACTION_COMMIT')
      await client.call('BAPI_TRANSACTION_COMMIT')

      assert.deepEqual([await creates('A'), await creates('B')], [1, 1])
    })

    it('does not come through a reset of the world', async () => {
      const client = await opened()
      await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))

      await sandbox.admin.reset()
      await client.call('BAPI_TRANSACTION_COMMIT')

      assert.equal(await creates('A'), 0)
    })
  })

  describe('whose client leaves', () => {
    it('loses what was not committed, whoever commits next', async () => {
      const [client, other] = [await opened(), await opened()]
      await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))

      client.close()
      await client.closed
      await other.call('BAPI_TRANSACTION_COMMIT')
      await other.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('B'))
      await other.call('BAPI_TRANSACTION_COMMIT')

      assert.deepEqual([...(await sandbox.admin.effects()).keys()], ['B'])
    })

    it('still commits where the COMMIT was under way, and does nothing that was asked behind it', async () => {
      const client = await opened()
      await client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder('A'))
      await sandbox.admin.addFault({kind: 'latency', ms: 200, path: 'COMMIT'})

      client.send({op: 'invoke', function: 'BAPI_TRANSACTION_COMMIT', params: {}})
      client.send({
        op: 'invoke',
        function: 'Z_ERPSYNC_ORDER_CREATE',
        params: {IV_BSTKD: 'B', IV_VKORG: '1710', IV_KUNNR: 'USCU_S01'},
      })
      await eventually(async () => (await sandbox.admin.stats()).faults.latency === 1)
      client.close()
      await eventually(async () => (await creates('A')) === 1)

      assert.equal(await creates('B'), 0)
    })
  })

  describe('that does not keep to the protocol', () => {
    it('is ended by a line that is no request', async () => {
      for (const line of ['{"op":"ping"', '{"op":"launch"}', '[]', '{"op":"invoke","function":7,"params":{}}']) {
        const client = await opened()

        client.socket.write(`${line}\n`)
        await client.closed
      }
    })

    it('is ended by a line without end', async () => {
      const client = await opened()
      const piece = Buffer.alloc(1024 * 1024, 'x')

      const writing = setInterval(() => client.socket.write(piece), 1)
      await client.closed
      clearInterval(writing)

      assert.ok('attributes' in (await (await connected()).ask({op: 'open', params: rfcLogon})))
    })

    it('answers lines that come in one piece, or in many', async () => {
      const client = await opened()
      const replies: string[] = []
      client.socket.on('data', (chunk) => replies.push(String(chunk)))
      const line = `${JSON.stringify({op: 'invoke', function: 'STFC_CONNECTION', params: {REQUTEXT: 'ü'}})}\n`
      const bytes = Buffer.from(line + line)

      client.socket.write(bytes.subarray(0, bytes.indexOf('ü') + 1))
      await new Promise((resolve) => setImmediate(resolve))
      client.socket.write(bytes.subarray(bytes.indexOf('ü') + 1))
      await eventually(async () => replies.join('').split('\n').length === 3)

      assert.equal(replies.join('').match(/"ECHOTEXT":"ü"/g)?.length, 2)
    })
  })

  it('ends when the server closes, even in the middle of a call', async () => {
    const client = await opened()
    client.send({op: 'invoke', function: 'RFC_PING_AND_WAIT', params: {SECONDS: 60}})
    await eventually(async () => (await sandbox.admin.stats()).mostAtOnce === 1)

    await sandbox.close()
    const reply = await client.ask({op: 'ping'})
    sandbox = await setupBothFaces()

    assert.equal(reply, undefined)
  })
})
