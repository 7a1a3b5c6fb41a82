import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {askSap} from '#lib/audit/ask-sap.js'
import {idocOperation} from '#lib/config/idoc-kind.js'
import {findFlow} from '#lib/config/load.js'
import {eventually} from '../../support/eventually.js'
import {type Order, order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline, type PipelineOptions} from '../../support/pipeline.js'
import {replay} from '../../support/replay.js'

const partners = {SNDPRT: 'LS', SNDPRN: 'ERPSYNC', RCVPRT: 'LS', RCVPRN: 'SBXCLNT100'}

const status = {
  service: '/sap/opu/odata/sap/ZERPSYNC_IDOC_SRV',
  entitySet: 'IDocStatusSet',
  text: 'STATXT',
  messageClass: 'STAMID',
  messageNumber: 'STAMNO',
  document: 'OBJKEY',
}

function way(probe: Readonly<Record<string, unknown>>): Required<PipelineOptions>['way'] {
  return {
    destination: ({url}) => ({kind: 'idoc', baseUrl: url, control: partners}),
    operation: {
      idocType: 'ORDERS05',
      messageType: 'ORDERS',
      map: fileURLToPath(new URL('../../../examples/idoc/flows/sales-order.jsonata', import.meta.url)),
      reference: 'E1EDK02.BELNR',
      probe,
    },
  }
}

describe('runWorker, by IDoc whose status is read', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline({way: way({settle: '300ms', status})})
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => pipeline.close())

  it('counts an order as synced once SAP has posted it, under the number of the order', async () => {
    const documents = orders('POSTED', 10)
    await pipeline.push(...documents)

    await pipeline.workOff()

    const attempts = await attemptsOf(pipeline, referenceOf(documents[0] ?? assert.fail()))
    assert.deepEqual(attempts, [{number: 1, outcome: 'in_doubt', code: 'erp:accepted', probe: 'found'}])
    const {rows} = await pipeline.database.query<{document: string}>(
      `select erp_document as document from erpsync.message where business_key like 'POSTED-%'`,
    )
    assert.deepEqual(
      rows.map(({document}) => Number(document)).toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    await pipeline.balance()
  })

  it('waits for what SAP posts late, without a further attempt', async () => {
    const document = order('LATE')
    await pipeline.admin.addFault({kind: 'latency', ms: 1500, path: '/posting$', reference: referenceOf(document)})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await eventually(async () => (await attemptsOf(pipeline, referenceOf(document)))[0]?.probe === 'pending')
    const waiting = await pipeline.standing(document)
    await pipeline.reaches(document, 'synced')
    await worker.stop()

    assert.deepEqual(waiting, {reference: referenceOf(document), state: 'in_doubt', attempts: 1, strikes: 0})
    assert.equal((await pipeline.standing(document))?.attempts, 1)
    await pipeline.balance()
  })

  it('finds by its message id what was kept before the line dropped', async () => {
    const document = order('DROP-AFTER')
    await pipeline.admin.addFault({kind: 'drop-after-commit', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(
      (await attemptsOf(pipeline, referenceOf(document))).map(({number, probe}) => [number, probe]),
      [[1, 'found']],
    )
    await pipeline.balance()
  })

  it('sends once more what SAP does not know', async () => {
    const document = order('DROP-BEFORE')
    await pipeline.admin.addFault({kind: 'drop-before-commit', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(
      (await attemptsOf(pipeline, referenceOf(document))).map(({number, probe}) => [number, probe]),
      [
        [1, 'absent'],
        [2, 'found'],
      ],
    )
    await pipeline.balance()
  })

  it('makes a dead letter with SAP’s text of what is not posted, and syncs it once SAP has posted it after all', async () => {
    const document = order('LOCKED')
    await pipeline.admin.addFault({kind: 'lock', reference: referenceOf(document), user: 'JDOE'})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await pipeline.reaches(document, 'dead')
    const letter = await eventually(async () => letterOf(pipeline, referenceOf(document)))
    await pipeline.admin.repostIdocs()
    await replay(pipeline.database, {kind: 'all'})
    await pipeline.reaches(document, 'synced')
    await worker.stop()

    assert.deepEqual([letter.class, letter.executed, letter.code], ['permanent', 'unknown', 'sap:V1/042'])
    assert.match(letter.text, /^IDoc \d{16} has status 51: Document is currently being processed by user JDOE\.$/)
    assert.equal((await pipeline.standing(document))?.attempts, 1)
    await pipeline.balance()
  })
})

describe('runWorker, by IDoc whose status cannot be read', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline({way: way({settle: '300ms'}), retry: {attempts: 4}})
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => pipeline.close())

  it('counts an order as synced once SAP has the IDoc, under the number of the IDoc', async () => {
    const document = order('TAKEN')
    await pipeline.push(document)

    await pipeline.workOff()

    const {rows} = await pipeline.database.query<{document: string}>(
      'select erp_document as document from erpsync.message where reference = $1',
      [referenceOf(document)],
    )
    assert.match(rows[0]?.document ?? '', /^\d{16}$/)
    await untilBooked(pipeline, document)
    await pipeline.balance()
  })

  it('sends again under the same id what may have been kept, and SAP books it once', async () => {
    const kept = order('DROP-AFTER')
    const lost = order('DROP-BEFORE')
    await pipeline.admin.setFaults({
      faults: [
        {kind: 'drop-after-commit', reference: referenceOf(kept), count: 2},
        {kind: 'drop-before-commit', reference: referenceOf(lost), count: 2},
      ],
    })
    await pipeline.push(kept, lost)

    await pipeline.workOff()
    await untilBooked(pipeline, kept)
    await untilBooked(pipeline, lost)

    const attempts = [await attemptsOf(pipeline, referenceOf(kept)), await attemptsOf(pipeline, referenceOf(lost))]
    assert.deepEqual(
      attempts.map((all) => all.map(({outcome, probe}) => [outcome, probe])),
      [
        [
          ['in_doubt', 'repeatable'],
          ['in_doubt', 'repeatable'],
          ['synced', null],
        ],
        [
          ['in_doubt', 'repeatable'],
          ['in_doubt', 'repeatable'],
          ['synced', null],
        ],
      ],
    )
    await pipeline.balance()
  })

  it('sends nothing again while nobody answers, and none of it counts', async () => {
    const document = order('AWAY')
    await pipeline.admin.setFaults({
      faults: [
        {kind: 'drop-after-commit', reference: referenceOf(document)},
        {kind: 'unavailable', method: 'GET', path: '/sap/bc/srt/idoc', count: 3},
      ],
    })
    await pipeline.push(document)

    await pipeline.workOff()
    await untilBooked(pipeline, document)

    assert.deepEqual(await pipeline.standing(document), {
      reference: referenceOf(document),
      state: 'synced',
      attempts: 2,
      strikes: 1,
    })
    assert.equal((await pipeline.admin.stats()).faults.unavailable, 3)
    await pipeline.balance()
  })

  it('gives up what never gets through, and sends it first of all when it is replayed', async () => {
    const document = order('NEVER')
    await pipeline.admin.addFault({kind: 'drop-before-commit', reference: referenceOf(document), count: 4})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await pipeline.reaches(document, 'dead')
    const letter = await eventually(async () => letterOf(pipeline, referenceOf(document)))
    await pipeline.admin.clearFaults()
    await replay(pipeline.database, {kind: 'all'})
    await pipeline.reaches(document, 'synced')
    await worker.stop()
    await untilBooked(pipeline, document)

    assert.deepEqual([letter.class, letter.executed, letter.code], ['in_doubt', 'unknown', 'probe:in_doubt'])
    await pipeline.balance()
  })

  it('leaves what SAP does not post to the audit, which finds it where the status can be read', async () => {
    const refused = order('REFUSED', {customerId: 'NOBODY'})
    await pipeline.push(refused)
    await pipeline.workOff()
    const flow = findFlow(pipeline.config, 'sales-order')
    assert.ok(flow.operation.kind === 'idoc')
    const readable = {...flow, operation: idocOperation.parse({...flow.operation, probe: {settle: '1s', status}})}
    const options = {share: 1, sinceMs: null, signal: new AbortController().signal, onProgress: () => {}}

    const blind = await askSap(pipeline.database, flow, options)
    const seeing = await askSap(pipeline.database, readable, options)

    assert.deepEqual(blind, {count: {...blind.count, found: 0, unanswered: blind.count.asked}, discrepancies: []})
    assert.deepEqual(
      seeing.discrepancies.map(({kind, key}) => [kind, key]),
      [['missing_in_sap', 'REFUSED']],
    )
    assert.match(seeing.discrepancies[0]?.detail ?? '', /did not book it: IDoc \d+ has status 51: Customer NOBODY/)
    assert.deepEqual([seeing.count.found, seeing.count.unanswered], [seeing.count.asked - 1, 0])
  })
})

/** SAP posts when it likes to; the ledger does not wait for it. */
async function untilBooked(pipeline: Pipeline, document: Order): Promise<void> {
  await eventually(async () => (await pipeline.admin.effectOf(referenceOf(document))).creates > 0)
}

interface Attempt {
  readonly number: number
  readonly outcome: string | null
  readonly code: string | null
  readonly probe: string | null
}

async function attemptsOf(pipeline: Pipeline, reference: string): Promise<readonly Attempt[]> {
  const {rows} = await pipeline.database.query<Attempt & Record<string, unknown>>(
    `select a.number, a.outcome, a.code, a.probe
       from erpsync.attempt a join erpsync.message m on m.id = a.message_id
      where m.reference = $1 order by a.number`,
    [reference],
  )
  return rows
}

async function letterOf(pipeline: Pipeline, reference: string) {
  const {rows} = await pipeline.database.query<Record<'class' | 'executed' | 'code' | 'text', string>>(
    `select l.class, l.executed, l.code, l.text
       from erpsync.dead_letter l join erpsync.message m on m.id = l.message_id
      where m.reference = $1 order by l.seq`,
    [reference],
  )
  return rows[0] ?? assert.fail('no letter')
}
