import assert from 'node:assert/strict'
import {acceptDocuments} from '#lib/intake/accept.js'
import {openLedger, type TestLedger} from '../../../support/ledger.js'
import {admissible, order} from '../../../support/orders.js'
import {rfcOrder} from '../../../support/rfc-order.js'
import {openRfcCommand, type RfcCommand} from './rfc-command.js'

describe('erpsync erp lookup', function () {
  this.timeout(60_000)
  let rfc: RfcCommand
  let ledger: TestLedger
  before(async function () {
    ledger = await openLedger()
    rfc = await openRfcCommand(this, {postgresUrl: ledger.url, byHand: '{write: [BAPI_SALESORDER_CREATE*]}'})
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => {
    await rfc?.close()
    await ledger?.close()
  })

  const lookup = async (...args: readonly string[]) => rfc.run(['erp', 'lookup', ...args])
  const book = async (reference: string): Promise<string> => {
    const parameters = JSON.stringify(rfcOrder(reference))
    const called = ['erp', 'call', 'BAPI_SALESORDER_CREATEFROMDAT2', '--destination', 'ecc', '--param', parameters]
    const {exports} = await rfc.json([...called, '--commit', '--yes', '--reason', 'test'])
    return exports.SALESDOCUMENT
  }

  for (const [flow, destination] of [
    ['order-rfc', 'ecc'],
    ['order-odata', 's4'],
  ] as const) {
    it(`finds by ${flow} what was booked, and nothing else`, async () => {
      const number = await book('LOOK-1')

      const found = await rfc.json(['erp', 'lookup', flow, 'LOOK-1'])
      const absent = await lookup(flow, 'LOOK-2')
      const failing = await lookup(flow, 'LOOK-2', '--fail-on-empty')

      const shape = {
        flow,
        destination,
        reference: 'LOOK-1',
        by: 'reference',
        messageId: null,
        outcome: 'found',
        text: null,
      }
      assert.deepEqual(
        {...found, documentNumbers: found.documentNumbers.map(Number)},
        {...shape, documentNumbers: [Number(number)]},
      )
      assert.deepEqual([absent.code, failing.code], [0, 5])
      assert.equal(absent.stdout, `${destination} does not have LOOK-2.\n`)
    })
  }

  it('ends with 3 where SAP has several', async () => {
    const numbers = [await book('TWICE'), await book('TWICE')]

    const {code, stdout} = await lookup('order-rfc', 'TWICE')

    assert.equal(code, 3)
    assert.equal(stdout, `ecc has TWICE several times: ${numbers.join(', ')}.\n`)
  })

  it('asks for the key of an entity that messages change', async () => {
    const found = await rfc.json(['erp', 'lookup', 'partner', 'USCU_S12'])
    const absent = await lookup('partner', 'NOBODY')

    assert.deepEqual(
      [found.by, found.outcome, found.documentNumbers, absent.stdout],
      ['key', 'found', ['USCU_S12'], 's4 does not have NOBODY.\n'],
    )
  })

  it('says why an entity with several keys cannot be asked for', async () => {
    const {code, stderr} = await lookup('address', '4711')

    assert.equal(code, 2)
    assert.match(stderr, /several parts: BusinessPartner, AddressID/)
  })

  it('asks a function with the document of the message in the ledger', async () => {
    const number = await book('LEDGER-1/1')
    const flow = {flow: 'order-by-function', ordering: 'none'} as const
    const [verdict] = await acceptDocuments(ledger.database, flow, [admissible(order('LEDGER-1', {number}))])
    assert.ok(verdict?.kind === 'accepted')

    const byReference = await rfc.json(['erp', 'lookup', 'order-by-function', 'LEDGER-1/1'])
    const byKey = await rfc.json(['erp', 'lookup', 'order-by-function', 'LEDGER-1'])
    const nobody = await lookup('order-by-function', 'LEDGER-2')

    assert.deepEqual(byReference, {
      flow: 'order-by-function',
      destination: 'ecc',
      reference: 'LEDGER-1/1',
      by: 'message',
      messageId: verdict.id,
      outcome: 'found',
      documentNumbers: [number],
      text: null,
    })
    assert.deepEqual(byKey, {...byReference, reference: 'LEDGER-1'})
    assert.equal(nobody.code, 2)
    assert.match(nobody.stderr, /the ledger has no message of that flow .*"LEDGER-2"/)
  })

  it('ends with 77 where SAP refuses the user, and with 69 where it is away', async () => {
    const refused = await rfc.run(['erp', 'lookup', 'order-rfc', 'A'], {env: {ERPSYNC_TEST_PASSWORD: 'wr0ng'}})
    const away = await rfc.run(['erp', 'lookup', 'order-rfc', 'A'], {env: {RFCSIM_ADDR: 'tcp:127.0.0.1:1'}})

    assert.deepEqual([refused.code, away.code], [77, 69], refused.stderr + away.stderr)
  })
})
