import assert from 'node:assert/strict'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {order, orders, referenceOf} from '../../support/orders.js'
import {eventually} from '../../support/eventually.js'

describe('runWorker', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => {
    await pipeline.admin.clearFaults()
  })
  after(async () => pipeline.close())

  it('books every order once and keeps the document number', async () => {
    const documents = orders('PLAIN', 20)
    await pipeline.push(...documents)

    await pipeline.workOff()

    const {rows} = await pipeline.database.query<{document: string}>(
      `select erp_document as document from erpsync.message where state = 'synced' and business_key like 'PLAIN-%'`,
    )
    assert.equal(new Set(rows.map(({document}) => document)).size, 20)
    await pipeline.balance()
  })

  it('retries a lock by way of a delay tier, and the retry counts as a strike', async () => {
    const document = order('LOCK-1')
    await pipeline.admin.addFault({kind: 'lock', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    const {rows} = await pipeline.database.query<{lane: string; outcome: string; code: string | null}>(
      `select a.lane, a.outcome, a.code
         from erpsync.attempt a join erpsync.message m on m.id = a.message_id
        where m.reference = $1 order by a.number`,
      [referenceOf(document)],
    )
    assert.deepEqual(rows, [
      {lane: 'work', outcome: 'retry', code: 'sap:V1/042'},
      {lane: 'retry', outcome: 'synced', code: null},
    ])
    assert.equal((await pipeline.standing(document))?.strikes, 1)
    await pipeline.balance()
  })

  it('buries a message whose attempts are used up', async () => {
    const document = order('LOCK-2')
    await pipeline.admin.addFault({kind: 'lock', reference: referenceOf(document), count: 100})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(await pipeline.standing(document), {
      reference: referenceOf(document),
      state: 'dead',
      attempts: 3,
      strikes: 2,
    })
    await eventually(async () => {
      const letters = await lettersOf(pipeline, referenceOf(document))
      return letters.length === 1 && letters[0]?.code === 'sap:V1/042'
    })
    await pipeline.balance()
  })

  it('buries what SAP refuses at the first attempt, once', async () => {
    const document = order('REFUSED-1', {customerId: 'NOBODY'})
    await pipeline.push(document)

    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'dead')
    await eventually(async () => (await lettersOf(pipeline, referenceOf(document))).length > 0)
    await worker.stop()

    assert.deepEqual(await lettersOf(pipeline, referenceOf(document)), [
      {attempt: 1, class: 'permanent', executed: 'no', code: 'sap:VP/204', state: 'open'},
    ])
    await pipeline.balance()
  })

  it('finds by a look-up what was booked before the line dropped, and sends nothing again', async () => {
    const document = order('DROP-AFTER')
    await pipeline.admin.addFault({kind: 'drop-after-commit', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(await probesOf(pipeline, referenceOf(document)), [
      {number: 1, outcome: 'in_doubt', probe: 'found'},
    ])
    await pipeline.balance()
  })

  it('sends once more what the look-up does not find', async () => {
    const document = order('DROP-BEFORE')
    await pipeline.admin.addFault({kind: 'drop-before-commit', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(await probesOf(pipeline, referenceOf(document)), [
      {number: 1, outcome: 'in_doubt', probe: 'absent'},
      {number: 2, outcome: 'synced', probe: null},
    ])
    await pipeline.balance()
  })

  it('leaves it to a person when the second call ends in doubt too', async () => {
    const document = order('DROP-TWICE')
    await pipeline.admin.addFault({kind: 'drop-before-commit', reference: referenceOf(document), count: 2})
    await pipeline.push(document)

    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'dead')
    await eventually(async () => (await lettersOf(pipeline, referenceOf(document))).length > 0)
    await worker.stop()

    const [letter] = await lettersOf(pipeline, referenceOf(document))
    assert.deepEqual(letter, {
      attempt: 2,
      class: 'in_doubt',
      executed: 'unknown',
      code: 'probe:in_doubt',
      state: 'open',
    })
    await pipeline.balance()
  })

  it('looks up a call that hung beyond its deadline', async () => {
    const document = order('HANG-1')
    await pipeline.admin.addFault({kind: 'hang', method: 'POST', reference: referenceOf(document)})
    await pipeline.push(document)

    await pipeline.workOff()

    assert.deepEqual(
      (await probesOf(pipeline, referenceOf(document))).map(({probe}) => probe),
      ['absent', null],
    )
    await pipeline.balance()
  })

  it('asks again while the look-up itself fails, and sends nothing meanwhile', async () => {
    const document = order('PROBE-FAILS')
    await pipeline.admin.setFaults({
      faults: [
        {kind: 'drop-after-commit', reference: referenceOf(document)},
        {kind: 'unavailable', method: 'GET', reference: referenceOf(document), count: 2},
      ],
    })
    await pipeline.push(document)

    await pipeline.workOff()

    assert.equal((await pipeline.standing(document))?.attempts, 1)
    assert.equal((await pipeline.admin.stats()).faults.unavailable, 2)
    await pipeline.balance()
  })

  it('waits as long as SAP asks for, without a strike', async () => {
    const throttled = order('THROTTLED')
    const away = order('AWAY')
    await pipeline.admin.setFaults({
      faults: [
        {kind: 'throttle', method: 'POST', reference: referenceOf(throttled), retryAfterSeconds: 1, count: 4},
        {kind: 'unavailable', method: 'POST', reference: referenceOf(away), retryAfterSeconds: 1, count: 4},
      ],
    })
    await pipeline.push(throttled, away)

    await pipeline.workOff()

    assert.deepEqual(
      [await pipeline.standing(throttled), await pipeline.standing(away)].map((each) => [
        each?.attempts,
        each?.strikes,
      ]),
      [
        [5, 0],
        [5, 0],
      ],
    )
    await pipeline.balance()
  })

  it('reads the payload from the ledger where it is too large for the broker', async () => {
    const document = order('LARGE-1', {note: 'x'.repeat(300_000)})
    await pipeline.push(document)

    await pipeline.workOff()

    await pipeline.balance()
  })
})

async function lettersOf(pipeline: Pipeline, reference: string) {
  const {rows} = await pipeline.database.query<{code: string}>(
    `select l.attempt, l.class, l.executed, l.code, l.state
       from erpsync.dead_letter l join erpsync.message m on m.id = l.message_id
      where m.reference = $1 order by l.seq`,
    [reference],
  )
  return rows
}

async function probesOf(pipeline: Pipeline, reference: string) {
  const {rows} = await pipeline.database.query<{number: number; outcome: string; probe: string | null}>(
    `select a.number, a.outcome, a.probe
       from erpsync.attempt a join erpsync.message m on m.id = a.message_id
      where m.reference = $1 order by a.number`,
    [reference],
  )
  return rows
}
