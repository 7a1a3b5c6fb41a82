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

  it('keeps the number that SAP gave and what it had to say', async () => {
    const outcome = await rfc.connect(salesOrder()).submit(orderDocument('A-4/1'), never)

    const text = 'Standard Order 1 has been saved'
    assert.equal(outcome.kind === 'done' && outcome.documentNumber, '0000000001')
    assert.deepEqual(outcome.kind === 'done' && outcome.answer, {
      messages: [
        {type: 'S', code: 'V4/233', text: 'SALES_HEADER_IN has been processed successfully'},
        {type: 'S', code: 'V4/233', text: 'SALES_ITEM_IN has been processed successfully'},
        {type: 'S', code: 'V1/311', text},
      ],
    })
  })

  it('says who answers a ping', async () => {
    const ping = await rfc.connect(salesOrder()).ping(never)

    assert.match(
      'system' in ping ? ping.system : JSON.stringify(ping),
      /^RFC \w+ client 100 user ERPSYNC language EN release \w+$/,
    )
  })

  it('carries many documents at once, and each once', async () => {
    const connector = rfc.connect(salesOrder())
    const references = Array.from({length: 40}, (_, index) => `M-${index}/1`)

    const outcomes = await Promise.all(
      references.map(async (reference) => connector.submit(orderDocument(reference), never)),
    )

    assert.deepEqual(new Set(outcomes.map(({kind}) => kind)), new Set(['done']))
    const effects = await rfc.admin.effects()
    assert.deepEqual(
      references.map((reference) => effects.get(reference)?.creates),
      references.map(() => 1),
    )
  })
})
