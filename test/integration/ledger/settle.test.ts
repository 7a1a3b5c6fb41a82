import assert from 'node:assert/strict'
import {doubtAttempts, settleAttempts, type Settlement} from '#lib/ledger/settle.js'
import {failure} from '../../support/failure.js'
import {openLedger, retry, type TestLedger} from '../../support/ledger.js'

describe('settleAttempts', function () {
  this.timeout(20_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  const inFlight = async (orderId: string): Promise<string> => {
    const id = await ledger.accept(orderId)
    await ledger.database.query('update erpsync.outbox set published_at = now() where message_id = $1', [id])
    await ledger.claim(id)
    return id
  }
  const synced = (messageId: string, attempt = 1) =>
    ({kind: 'synced', messageId, attempt, documentNumber: '4711'}) as const
  const outcomesOf = async (messageId: string) => {
    const {rows} = await ledger.database.query<{number: number; outcome: string | null; code: string | null}>(
      'select number, outcome, code from erpsync.attempt where message_id = $1 order by number',
      [messageId],
    )
    return rows
  }

  it('keeps what SAP answered', async () => {
    const id = await inFlight('SYNCED-1')

    await ledger.settle(synced(id))

    const {rows} = await ledger.database.query(
      `select state, erp_document, finished_at is not null as finished from erpsync.message where id = $1`,
      [id],
    )
    assert.deepEqual(rows, [{state: 'synced', erp_document: '4711', finished: true}])
    assert.deepEqual(await ledger.copiesOf(id), [])
  })

  it('schedules the next attempt with the outcome of this one', async () => {
    const id = await inFlight('RETRY-1')

    await ledger.settle(retry(id))

    assert.equal(await ledger.stateOf(id), 'retry_wait')
    assert.deepEqual(await ledger.copiesOf(id), [{lane: 'retry', attempt: 2}])
  })

  it('schedules nothing where a copy waits on the broker', async () => {
    const id = await inFlight('RETRY-2')

    await ledger.settle({...retry(id), copy: 'on_broker'})

    assert.deepEqual(await ledger.copiesOf(id), [])
  })

  it('schedules a look-up of the same attempt for what is in doubt', async () => {
    const id = await inFlight('DOUBT-1')
    const unknown = failure({class: 'in_doubt', executed: 'unknown', code: 'net:ECONNRESET'})

    await ledger.settle({kind: 'in_doubt', messageId: id, attempt: 1, failure: unknown, waitMs: 1000, lane: 'work'})

    assert.equal(await ledger.stateOf(id), 'in_doubt')
    assert.deepEqual(await ledger.copiesOf(id), [{lane: 'work', attempt: 1}])
  })

  it('writes nothing for an attempt that is not the newest', async () => {
    const id = await inFlight('LATE-1')
    await ledger.settle(retry(id))
    await ledger.claim(id, 2)

    const written = await ledger.settle({kind: 'dead', messageId: id, attempt: 1, failure: failure()})

    assert.deepEqual(written, [false])
    assert.equal(await ledger.stateOf(id), 'in_flight')
  })

  it('writes the newest and not the late one beside it in the batch', async () => {
    const id = await inFlight('LATE-2')
    await ledger.settle(retry(id))
    await ledger.claim(id, 2)
    const late: Settlement = {kind: 'dead', messageId: id, attempt: 1, failure: failure({code: 'sap:LATE/000'})}

    const written = await ledger.settle(late, synced(id, 2))

    assert.deepEqual(written, [false, true])
    assert.deepEqual(await outcomesOf(id), [
      {number: 1, outcome: 'retry', code: 'sap:V1/042'},
      {number: 2, outcome: 'synced', code: null},
    ])
  })

  it('writes one of two outcomes of one attempt in a batch: that SAP has it', async () => {
    const id = await inFlight('TWICE-1')

    const written = await ledger.settle(retry(id), synced(id))

    assert.deepEqual(written, [false, true])
    assert.equal(await ledger.stateOf(id), 'synced')
    assert.deepEqual(await ledger.copiesOf(id), [])
    assert.deepEqual(await outcomesOf(id), [{number: 1, outcome: 'synced', code: null}])
  })

  it('believes SAP that it has the document even after a look-up in vain, so that it is not sent again', async () => {
    const id = await inFlight('SLOW-1')
    await ledger.settle({...retry(id), probe: 'absent', resend: true})

    const written = await ledger.settle(synced(id))

    assert.deepEqual(written, [true])
    assert.equal(await ledger.stateOf(id), 'synced')
    assert.equal((await ledger.claim(id, 2)).kind, 'refused')
  })

  it('leaves a settled message alone', async () => {
    const id = await inFlight('DONE-1')
    await ledger.settle(synced(id))

    const written = await ledger.settle(retry(id), {kind: 'dead', messageId: id, attempt: 1, failure: failure()})

    assert.deepEqual(written, [false, false])
    assert.equal(await ledger.stateOf(id), 'synced')
  })

  it('writes batches in opposite order at once without a deadlock', async () => {
    const ids = await Promise.all(Array.from({length: 30}, async (_, index) => inFlight(`CROSS-${index}`)))
    const batches = Array.from({length: 6}, (_, turn) => (turn % 2 === 0 ? ids : ids.toReversed()))

    const written = await Promise.all(
      batches.map(async (batch) =>
        ledger.database.transaction(async (tx) =>
          settleAttempts(
            tx,
            batch.map((id) => synced(id)),
          ),
        ),
      ),
    )

    assert.equal(written.flat().filter(Boolean).length, 30)
  })
})

describe('doubtAttempts', function () {
  this.timeout(20_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  const doubt = async (...ids: readonly string[]) =>
    ledger.database.transaction(async (tx) =>
      doubtAttempts(
        tx,
        ids.map((messageId) => ({messageId, attempt: 1, lane: 'work', waitMs: 60_000}) as const),
      ),
    )
  const unpublished = async (id: string) => (await ledger.copiesOf(id)).filter(({attempt}) => attempt === 1).length

  it('schedules one look-up, after the deadline of the call', async () => {
    const id = await ledger.accept('LOST-1')
    await ledger.claim(id)
    const before = await unpublished(id)

    await doubt(id, id)
    await doubt(id)

    assert.equal(await ledger.stateOf(id), 'in_doubt')
    assert.equal((await unpublished(id)) - before, 1)
    const {rows} = await ledger.database.query<{wait: number}>(
      `select extract(epoch from probe_after - claimed_at)::integer as wait from erpsync.message where id = $1`,
      [id],
    )
    assert.deepEqual(rows, [{wait: 60}])
  })

  it('lets the worker that was thought dead write its outcome', async () => {
    const id = await ledger.accept('ALIVE-1')
    await ledger.claim(id)
    await doubt(id)

    await ledger.settle({kind: 'synced', messageId: id, attempt: 1, documentNumber: '1'})

    assert.equal(await ledger.stateOf(id), 'synced')
  })

  it('does not touch what is not in flight', async () => {
    const id = await ledger.accept('IDLE-1')

    await doubt(id)

    assert.equal(await ledger.stateOf(id), 'accepted')
  })
})
