import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {requireRfcSdk} from '../../../support/rfc-standin.js'
import {openRfcCommand, type RfcCommand} from './rfc-command.js'

describe('erpsync erp ping by RFC', function () {
  this.timeout(60_000)
  let rfc: RfcCommand
  before(async function () {
    rfc = await openRfcCommand(this)
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => rfc?.close())

  it('tells who answered, as whom we are logged on there, and how fast', async () => {
    const {code, stdout, stderr} = await rfc.run(['erp', 'ping', 'order-rfc'])

    assert.equal(code, 0, stderr)
    assert.match(stdout, /^order-rfc +ecc +\d+ ms +RFC SBX client 100 user ERPSYNC language EN/m)
  })

  it('measures one call, without starting and logging on', async () => {
    await rfc.admin.addFault({kind: 'latency', ms: 300, rate: 1, path: 'RFC_PING'})

    const {pings} = await rfc.json(['erp', 'ping', 'order-rfc'])

    const [{latencyMs, ...ping}] = pings
    assert.ok(latencyMs >= 300 && latencyMs < 600, `${latencyMs} ms`)
    assert.deepEqual(ping.logon, {system: 'SBX', client: '100', user: 'ERPSYNC', language: 'EN'})
  })

  it('asks a destination that no flow uses yet', async () => {
    const {pings} = await rfc.json(['erp', 'ping', 'spare'])

    assert.deepEqual(
      pings.map(({flow, destination, isReachable}: Record<string, unknown>) => [flow, destination, isReachable]),
      [[null, 'spare', true]],
    )
  })

  it('asks flows of every kind in one round', async () => {
    const {pings} = await rfc.json(['erp', 'ping'])

    assert.deepEqual(
      pings.map(({flow, isReachable}: Record<string, unknown>) => [flow, isReachable]),
      [
        ['order-rfc', true],
        ['order-by-function', true],
        ['order-odata', true],
        ['partner', true],
        ['address', true],
      ],
    )
  })

  it('ends with 77 where SAP refuses the user, and never says the password', async () => {
    const {code, stdout, stderr} = await rfc.run(['erp', 'ping', 'ecc'], {env: {ERPSYNC_TEST_PASSWORD: 'wr0ng'}})

    assert.equal(code, 77)
    assert.match(stdout, /rfc:LOGON_FAILURE/)
    assert.doesNotMatch(stdout + stderr, /wr0ng/)
  })

  it('ends with 69 where SAP is away', async () => {
    const {code, stdout} = await rfc.run(['erp', 'ping', 'ecc'], {env: {RFCSIM_ADDR: 'tcp:127.0.0.1:1'}})

    assert.equal(code, 69)
    assert.match(stdout, /rfc:COMMUNICATION_FAILURE/)
  })
})

describe("erpsync erp without SAP's library", function () {
  this.timeout(60_000)
  let rfc: RfcCommand
  let empty: string
  before(async function () {
    const sdk = await requireRfcSdk(this)
    empty = await mkdtemp(join(tmpdir(), 'erpsync-no-sdk-'))
    rfc = await openRfcCommand(this, {sdk: {library: empty, module: sdk.module}})
  })
  after(async () => {
    await rfc?.close()
    if (empty !== undefined) await rm(empty, {recursive: true})
  })

  for (const args of [
    ['ping', 'ecc'],
    ['ping', 'spare'],
    ['call', 'RFC_PING', '--destination', 'ecc'],
    ['describe', 'RFC_PING', '--destination', 'ecc'],
    ['lookup', 'order-rfc', 'A-1'],
  ]) {
    it(`${args.join(' ')} ends with 78 and names what is missing`, async () => {
      const {code, stdout, stderr} = await rfc.run(['erp', ...args], {env: {LD_LIBRARY_PATH: undefined}})

      assert.equal(code, 78)
      assert.match(stdout + stderr, /libsapnwrfc\.so is not found\. Download "SAP NW RFC SDK 7\.50"/)
    })
  }
})
