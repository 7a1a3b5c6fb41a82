import assert from 'node:assert/strict'
import {type RfcSetup, never, orderDocument, ownDocument, ownFunction, salesOrder, setupRfc} from './rfc-setup.js'

describe('openRfcConnector', () => {
  let rfc: RfcSetup
  before(async function () {
    rfc = await setupRfc(this)
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => rfc.close())

  it('books an order by a BAPI and commits it', async () => {
    const connector = rfc.connect(salesOrder())

    const outcome = await connector.submit(orderDocument('A-1/1'), never)

    assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
    const {creates, documents} = await rfc.admin.effectOf('A-1/1')
    assert.deepEqual({creates, documents: documents.length}, {creates: 1, documents: 1})
  })

  it('books an order by a function that commits itself', async () => {
    const connector = rfc.connect(ownFunction())

    const outcome = await connector.submit(ownDocument('A-2/1'), never)

    assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
    assert.equal((await rfc.admin.effectOf('A-2/1')).creates, 1)
  })

  it('finds a booked order by its reference, and no other', async () => {
    const connector = rfc.connect(salesOrder())
    const outcome = await connector.submit(orderDocument('A-3/1'), never)

    const found = await connector.probe(orderDocument('A-3/1'), never)
    const absent = await connector.probe(orderDocument('A-3/2'), never)

    assert.deepEqual(found, {kind: 'found', documentNumber: outcome.kind === 'done' && outcome.documentNumber})
    assert.deepEqual(absent, {kind: 'absent'})
  })
})
