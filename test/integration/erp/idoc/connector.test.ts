import assert from 'node:assert/strict'
import {idocDestination, idocOperation} from '#lib/config/idoc-kind.js'
import type {ErpConnector, ErpDocument, ProbeOutcome, SubmitOutcome} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {type SandboxErp, startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {eventually} from '../../../support/eventually.js'

const account = {user: 'ERPSYNC', password: 's3cret'}
const control = {SNDPRT: 'LS', SNDPRN: 'ERPSYNC', RCVPRT: 'LS', RCVPRN: 'SBXCLNT100'}
const never = new AbortController().signal

const status = {
  service: '/sap/opu/odata/sap/ZERPSYNC_IDOC_SRV/',
  entitySet: 'IDocStatusSet',
  text: 'STATXT',
  messageClass: 'STAMID',
  messageNumber: 'STAMNO',
}

function order(reference: string, customer = 'USCU_S01'): ErpDocument {
  return {
    reference,
    body: {
      E1EDK01: {CURCY: 'USD'},
      E1EDKA1: [{PARVW: 'AG', PARTN: customer}],
      E1EDK02: [{QUALF: '001', BELNR: reference}],
      E1EDP01: [{POSEX: '000010', MENGE: 2, E1EDP19: [{QUALF: '002', IDTNR: 'TG10', KTEXT: 'Bär & Sons <10 €>'}]}],
    },
  }
}

/** What decides over a message's fate. */
function verdict(outcome: SubmitOutcome | ProbeOutcome | undefined) {
  if (outcome === undefined) return undefined
  if (!('failure' in outcome)) return outcome.kind
  const {class: kind, executed, code} = outcome.failure
  return `${outcome.kind}: ${kind} ${executed} ${code}`
}

describe('openIdocConnector on the sandbox ERP', () => {
  let sandbox: SandboxErp
  let admin: SandboxAdmin
  before(async () => {
    sandbox = await startSandboxErp({host: '127.0.0.1', port: 0, ...account})
    admin = sandboxAdmin({url: sandbox.url, ...account})
  })
  beforeEach(() => admin.reset())
  after(() => sandbox.close())

  function connect(probe: object = {status}, settings: object = {}, flow = 'sales-order'): ErpConnector {
    const destination = idocDestination.parse({
      kind: 'idoc',
      baseUrl: sandbox.url,
      auth: {basic: account},
      control,
      timeout: '2s',
      ...settings,
    })
    const operation = idocOperation.parse({
      kind: 'idoc',
      idocType: 'ORDERS05',
      messageType: 'ORDERS',
      map: 'unused',
      probe,
    })
    return openConnector('ecc', destination, operation, flow)
  }
  const untilBooked = async (reference: string) => eventually(async () => (await admin.effectOf(reference)).creates > 0)

  it('carries an order into SAP with every character it has', async () => {
    const outcome = await connect().submit(order('A&B <1>'), never)

    await untilBooked('A&B <1>')
    assert.deepEqual(outcome, {kind: 'accepted', documentNumber: '0000000000000001'})
    assert.deepEqual(await connect().probe(order('A&B <1>'), never), {
      kind: 'found',
      documentNumber: '0000000000000001',
    })
  })

  it('counts an IDoc that SAP has as done where its status cannot be read', async () => {
    assert.deepEqual(await connect({}).submit(order('A'), never), {
      kind: 'done',
      documentNumber: '0000000000000001',
    })
  })

  it('sends one message as often as you like, and SAP books it once', async () => {
    const connector = connect({})

    const outcomes = [await connector.submit(order('A'), never), await connector.submit(order('A'), never)]
    await untilBooked('A')

    assert.deepEqual(outcomes[0], outcomes[1])
    assert.deepEqual((await admin.stats()).effects, {creates: 1, changes: 0})
  })

  it('gives messages of two flows with one reference an id each', async () => {
    await connect({}, {}, 'shop-de').submit(order('A'), never)
    await connect({}, {}, 'shop-us').submit(order('A'), never)

    await eventually(async () => (await admin.effectOf('A')).creates === 2)
  })

  it('tells where SAP is with an IDoc: not there, not decided, refused', async () => {
    await admin.addFault({kind: 'latency', ms: 60_000, path: '/posting$', reference: 'LATE'})
    const connector = connect()
    await connector.submit(order('LATE'), never)
    await connector.submit(order('WRONG', 'NOBODY'), never)

    const wrong = await eventually(async () => {
      const outcome = await connector.probe(order('WRONG'), never)
      return outcome.kind === 'refused' ? outcome : undefined
    })

    assert.equal(verdict(await connector.probe(order('NONE'), never)), 'absent')
    assert.equal(verdict(await connector.probe(order('LATE'), never)), 'pending: in_doubt unknown idoc:64')
    assert.ok(wrong !== undefined)
    assert.equal(verdict(wrong), 'refused: permanent unknown sap:VP/204')
    assert.match(wrong.failure.text, /^IDoc 0000000000000002 has status 51: Customer NOBODY does not exist\.$/)
  })

  it('is in doubt while SAP is at work on a call before with the same id', async () => {
    await admin.addFault({kind: 'latency', ms: 500})
    const connector = connect()
    const slow = connector.submit(order('A'), never)
    await eventually(async () => (await admin.stats()).faults.latency === 1)

    const second = await connector.submit(order('A'), never)

    assert.equal(verdict(second), 'failed: in_doubt unknown sap:EA/728')
    assert.equal((await slow).kind, 'accepted')
  })

  for (const [fault, wanted] of [
    [{kind: 'unavailable'}, 'failed: transient no http:503'],
    [{kind: 'throttle'}, 'failed: throttled no http:429'],
    [{kind: 'drop-before-commit'}, 'failed: in_doubt unknown net:UND_ERR_SOCKET'],
    [{kind: 'drop-after-commit'}, 'failed: in_doubt unknown net:UND_ERR_SOCKET'],
    [{kind: 'truncated-body'}, 'failed: in_doubt unknown net:UND_ERR_SOCKET'],
    [{kind: 'hang'}, 'failed: in_doubt unknown net:TIMEOUT'],
  ] as const) {
    it(`judges ${fault.kind}: ${wanted}`, async () => {
      await admin.addFault({...fault, method: 'POST'})

      const outcome = await connect({status}, {timeout: '300ms'}).submit(order('A'), never)

      assert.match(
        verdict(outcome) ?? '',
        new RegExp(`^${wanted.replace('UND_ERR_SOCKET', '(UND_ERR_SOCKET|ECONNRESET)')}$`),
      )
    })
  }

  it('asks for a person where the logon or the status service is wrong, and shows no password', async () => {
    const wrongPassword = {auth: {basic: {user: 'ERPSYNC', password: 'wr0ng'}}}
    const outcomes = [
      await connect({status}, wrongPassword).submit(order('A'), never),
      await connect({status: {...status, service: '/sap/opu/odata/sap/NONE_SRV'}}).probe(order('A'), never),
      await connect({status: {...status, docnum: 'NUMBER'}}).probe(order('A'), never),
    ]

    assert.deepEqual(outcomes.map(verdict), [
      'failed: config no http:401',
      'failed: config no sap:/IWBEP/CM_MGW_RT/020',
      'failed: config no sap:/IWCOR/CX_DS_EDM_PROPERTY_NOT_FOUND',
    ])
    assert.doesNotMatch(JSON.stringify(outcomes), /wr0ng/)
  })

  it('says that a call can be made again where the status cannot be read, if SAP is there', async () => {
    const connector = connect({})

    const there = await connector.probe(order('A'), never)
    await admin.addFault({kind: 'unavailable'})
    const away = await connector.probe(order('A'), never)

    assert.deepEqual([verdict(there), verdict(away)], ['repeatable', 'failed: transient no http:503'])
  })

  it('asks the service for a sign of life', async () => {
    const alive = await connect().ping(never)
    const absent = await connect({status}, {path: '/sap/bc/srt/none'}).ping(never)

    assert.equal('system' in alive && alive.system, 'IDoc by SOAP ORDERS05')
    assert.equal('failure' in absent && absent.failure.code, 'http:404')
  })

  it('ends at once when it is told to', async () => {
    await admin.addFault({kind: 'hang', method: 'POST'})
    const stop = new AbortController()
    const pending = connect({status}, {timeout: '60s'}).submit(order('A'), stop.signal)
    await eventually(async () => (await admin.stats()).faults.hang === 1)

    stop.abort()

    assert.equal(verdict(await pending), 'failed: in_doubt unknown net:ABORTED')
  })

  it('refuses a document without a sender before anything is sent', async () => {
    const outcome = await connect({}, {control: {}}).submit(order('A'), never)

    assert.equal(verdict(outcome), 'failed: permanent no map:not_an_idoc')
    assert.equal((await admin.stats()).requests, 0)
  })

  it('does not open for an address that is none', () => {
    assert.throws(() => connect({}, {baseUrl: 'sap.example.com'}), {code: 'destination_invalid', exitCode: 78})
  })
})
