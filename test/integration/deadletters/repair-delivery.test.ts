import assert from 'node:assert/strict'
import {openDoors} from '#lib/intake/open-doors.js'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import {applyFix, surveyFix} from '#lib/deadletters/repair/fix-letters.js'
import {newOperationId} from '#lib/deadletters/operations/operation.js'
import {selectLetters} from '#lib/deadletters/repair/select-letters.js'
import {applyPatch} from '#lib/deadletters/repair/json-patch.js'
import type {Transform} from '#lib/deadletters/repair/transform.js'
import {envelopeHeaders} from '#lib/broker/envelope.js'
import {replay} from '../../support/replay.js'
import {publishRaw} from '../../support/amqp.js'
import {eventually} from '../../support/eventually.js'
import {ada} from '../../support/operator.js'
import {order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('correcting dead letters with a worker', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline({retry: {attempts: 1}})
  })
  after(async () => pipeline.close())

  const fixAll = async (transform: Transform, query: string) => {
    const parts = {database: pipeline.database, doors: openDoors(pipeline.config)}
    const parsed = parseLetterQuery(query, new Date())
    assert.equal(parsed.kind, 'query')
    const options = {signal: new AbortController().signal, onProgress: () => {}}
    const {letterIds} = await selectLetters(
      pipeline.database,
      parsed.kind === 'query' ? {kind: 'query', query: parsed} : {kind: 'ids', ids: []},
    )
    const survey = await surveyFix(parts, transform, letterIds, {...options, samples: 3})
    const operation = {operator: ada, operationId: newOperationId(), query}
    return {survey, result: await applyFix(parts, transform, survey, operation, options)}
  }
  const patch = (...operations: Parameters<typeof applyPatch>[1]): Transform => ({
    file: 'fix.json',
    sha256: '00',
    apply: async (document) => applyPatch(document, operations),
  })
  const replayAll = async () => (await replay(pipeline.database, {kind: 'all'})).counts.sent
  /** The materials that SAP has in its orders, without any twice. */
  const bookedMaterials = async (): Promise<readonly string[]> => {
    const response = await fetch(`${pipeline.erp.baseUrl}/API_SALES_ORDER_SRV/A_SalesOrderItem?$format=json`, {
      headers: {authorization: `Basic ${Buffer.from('ERPSYNC:s3cret').toString('base64')}`},
    })
    const {d} = (await response.json()) as {d: {results: readonly {Material: string}[]}}
    assert.ok(d.results.length > 0)
    return [...new Set(d.results.map(({Material}) => Material))]
  }
  const countLetters = async (state: string): Promise<number> => {
    const {rows} = await pipeline.database.query('select from erpsync.dead_letter where state = $1', [state])
    return rows.length
  }
  const untilLetters = async (state: string, count: number) =>
    eventually(async () => (await countLetters(state)) === count, {timeoutMs: 60_000})

  it('books 200 letters of a wrong material as they were corrected, each once', async () => {
    const documents = orders('FIX', 200).map((one) => ({
      ...one,
      items: [{sku: 'WRONG', text: 'Paper A4', quantity: 2}],
    }))
    await pipeline.push(...documents)
    const worker = await pipeline.startWorker()
    await untilLetters('open', 200)

    const {survey, result} = await fixAll(
      patch({op: 'test', path: '/items/0/sku', value: 'WRONG'}, {op: 'replace', path: '/items/0/sku', value: 'TG10'}),
      'key:FIX-*',
    )
    assert.deepEqual([survey.changed.size, survey.refused, result.fixed, result.left], [200, [], 200, 0])
    assert.equal(await replayAll(), 200)
    await untilLetters('resolved', 200)

    await worker.stop()
    await pipeline.balance()
    const effects = await pipeline.admin.effects()
    assert.deepEqual([...new Set(documents.map((one) => effects.get(referenceOf(one))?.creates))], [1])
    assert.deepEqual(await bookedMaterials(), ['TG10'])
  })

  it('never sends what was corrected, though a copy with it is still on the broker', async () => {
    const document = order('STALE-1', {customerId: 'NOBODY'})
    const [verdict] = await pipeline.push(document)
    assert.ok(verdict?.kind === 'accepted')
    const first = await pipeline.startWorker()
    await untilLetters('open', 1)
    await first.stop()
    await fixAll(patch({op: 'replace', path: '/customerId', value: 'USCU_S01'}), 'key:STALE-1')
    await replayAll()
    // The relay is slower than a copy for the same attempt that was left over, with the document as it was.
    await publishRaw(
      pipeline.vhost.url,
      {exchange: 'test.lane', routingKey: 'sales-order.retry'},
      {
        messageId: verdict.id,
        headers: envelopeHeaders({
          messageId: verdict.id,
          flow: 'sales-order',
          key: document.orderId,
          attempt: 2,
          revision: 0,
          firstSeen: new Date(),
        }),
        body: JSON.stringify(document),
      },
    )

    const second = await pipeline.startWorker({roles: ['lanes', 'archiver']})
    await pipeline.reaches(document, 'synced')
    await second.stop()

    assert.equal((await pipeline.admin.effectOf(referenceOf(document))).creates, 1)
  })
})
