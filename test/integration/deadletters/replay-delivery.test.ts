import assert from 'node:assert/strict'
import {eventually} from '../../support/eventually.js'
import {order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {replay} from '../../support/replay.js'

describe('sendAtOnce with a worker', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    // One attempt: every failure is a letter.
    pipeline = await openPipeline({retry: {attempts: 1}})
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => pipeline.close())

  const replayAll = async () => (await replay(pipeline.database, {kind: 'all'})).counts.sent
  const countLetters = async (state: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(
      'select count(*)::integer as count from erpsync.dead_letter where state = $1',
      [state],
    )
    return rows[0]?.count ?? -1
  }
  const untilLetters = async (state: string, count: number) =>
    eventually(async () => (await countLetters(state)) === count, {timeoutMs: 20_000})

  it('delivers letters once the cause is gone, and resolves them', async () => {
    const documents = orders('REPLAY', 10)
    await pipeline.admin.setFaults({faults: [{kind: 'lock', rate: 1}]})
    await pipeline.push(...documents)
    const worker = await pipeline.startWorker()
    await untilLetters('open', 10)
    await pipeline.admin.clearFaults()

    assert.equal(await replayAll(), 10)
    await untilLetters('resolved', 10)

    await worker.stop()
    await pipeline.balance()
  })

  it('writes a new letter for what dies again', async () => {
    const document = order('AGAIN-1')
    await pipeline.admin.setFaults({faults: [{kind: 'lock', rate: 1}]})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()
    await untilLetters('open', 1)

    await replayAll()
    await untilLetters('died_again', 1)
    await untilLetters('open', 1)

    await pipeline.admin.clearFaults()
    await replayAll()
    await pipeline.reaches(document, 'synced')
    await worker.stop()
    await pipeline.balance()
  })

  it('books nothing twice that was booked before it became a letter', async () => {
    const document = order('BOOKED-1')
    await pipeline.admin.addFault({kind: 'drop-after-commit', reference: referenceOf(document)})
    await pipeline.push(document)
    const first = await pipeline.startWorker({roles: ['relay', 'lanes']})
    await pipeline.reaches(document, 'in_doubt')
    await first.stop()
    // As if nobody had asked SAP before a person was told.
    await pipeline.database.query(
      `update erpsync.message set state = 'dead', probe_after = null where reference = $1`,
      [referenceOf(document)],
    )
    await pipeline.database.query(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at)
       select gen_random_uuid(), 'sales-order', id, 1, 'in_doubt', 'unknown', 'net:ECONNRESET', '', 'call', now()
         from erpsync.message where reference = $1`,
      [referenceOf(document)],
    )
    const worker = await pipeline.startWorker()

    await replayAll()
    await pipeline.reaches(document, 'synced')

    await worker.stop()
    assert.equal((await pipeline.standing(document))?.attempts, 1)
    await pipeline.balance()
  })

  it('sends what is in doubt and not in SAP, even where only one attempt is allowed', async () => {
    const document = order('ABSENT-1')
    await pipeline.admin.addFault({kind: 'drop-before-commit', reference: referenceOf(document), count: 2})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'dead')
    await untilLetters('open', 1)

    await replayAll()
    await pipeline.reaches(document, 'synced')

    await worker.stop()
    await pipeline.balance()
  })

  it('retries a replayed message of yesterday as patiently as a new one', async () => {
    const document = order('OLD-1')
    await pipeline.admin.addFault({kind: 'lock', reference: referenceOf(document)})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()
    await pipeline.reaches(document, 'dead')
    await untilLetters('open', 1)
    await pipeline.database.query(
      `update erpsync.message set accepted_at = now() - interval '2 days', under_way_since = now() - interval '2 days'
        where reference = $1`,
      [referenceOf(document)],
    )
    await pipeline.admin.addFault({kind: 'throttle', method: 'POST', reference: referenceOf(document)})

    await replayAll()
    await pipeline.reaches(document, 'synced')

    await worker.stop()
    await pipeline.balance()
  })
})
