import assert from 'node:assert/strict'
import {newId} from '#lib/kernel/ids.js'
import {openBook} from '#lib/ledger/book.js'
import {claimAttempts} from '#lib/ledger/claim.js'
import {settleAttempts} from '#lib/ledger/settle.js'
import {eventually} from '../../support/eventually.js'
import {openLedger, retry, type TestLedger} from '../../support/ledger.js'

describe('claimAttempts', function () {
  this.timeout(20_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  const request = (messageId: string, attempt: number) => ({messageId, attempt, lane: 'work', worker: 'test'}) as const
  const claimAll = async (...requests: readonly ReturnType<typeof request>[]) =>
    ledger.database.transaction(async (tx) => claimAttempts(tx, requests))

  it('grants an attempt once, however many ask at the same time', async () => {
    const id = await ledger.accept('RACE-1')

    const answers = await Promise.all(Array.from({length: 20}, async () => ledger.claim(id)))

    assert.equal(answers.filter(({kind}) => kind === 'granted').length, 1)
    assert.equal(answers.filter(({kind}) => kind === 'refused').length, 19)
  })

  it('grants the next attempt to a copy that comes while the outcome of the one before it is being written', async () => {
    const id = await ledger.accept('OVERLAP-1')
    await ledger.claim(id)

    const claimed = await ledger.database.transaction(async (tx) => {
      await settleAttempts(tx, [{...retry(id), copy: 'on_broker'}])
      const claiming = ledger.claim(id, 2)
      await Promise.race([claiming, eventually(async () => isWaitingForLock(ledger))])
      return {claiming}
    })
    const answer = await claimed.claiming

    assert.equal(answer.kind, 'granted')
    assert.equal(await ledger.stateOf(id), 'in_flight')
  })

  it('grants one of two copies in one batch', async () => {
    const id = await ledger.accept('BATCH-1')

    const answers = await claimAll(request(id, 1), request(id, 1))

    assert.deepEqual(
      answers.map(({kind}) => kind),
      ['granted', 'refused'],
    )
  })

  for (const numbers of [
    [1, 2],
    [2, 1],
  ] as const) {
    it(`grants the next attempt, not the stale one beside it in the batch (${numbers.join(', ')})`, async () => {
      const id = await ledger.accept(`STALE-${numbers.join('-')}`)
      await ledger.claim(id)
      await ledger.settle(retry(id))

      const answers = await claimAll(...numbers.map((attempt) => request(id, attempt)))

      assert.deepEqual(
        answers.map(({kind}) => kind),
        numbers.map((attempt) => (attempt === 2 ? 'granted' : 'refused')),
      )
      const {rows} = await ledger.database.query<{number: number}>(
        'select number from erpsync.attempt where message_id = $1 order by number',
        [id],
      )
      assert.deepEqual(
        rows.map(({number}) => number),
        [1, 2],
      )
    })
  }

  it('refuses an attempt that is over or not yet due, and tells how the message stands', async () => {
    const id = await ledger.accept('ORDER-1')
    await ledger.claim(id)

    const answers = await claimAll(request(id, 1), request(id, 3))

    assert.deepEqual(
      answers.map((answer) => (answer.kind === 'unknown' ? answer.kind : [answer.kind, answer.message.state])),
      [
        ['refused', 'in_flight'],
        ['refused', 'in_flight'],
      ],
    )
  })

  it('says of a message that is not in the ledger that it is unknown', async () => {
    assert.deepEqual(await ledger.claim(newId()), {kind: 'unknown'})
  })

  it('breaks no deadlock between batches in opposite order', async () => {
    const ids = await Promise.all(Array.from({length: 30}, async (_, index) => ledger.accept(`CROSS-${index}`)))
    const batches = Array.from({length: 8}, (_, turn) => (turn % 2 === 0 ? ids : ids.toReversed()))

    const answers = await Promise.all(batches.map(async (batch) => claimAll(...batch.map((id) => request(id, 1)))))

    assert.equal(answers.flat().filter(({kind}) => kind === 'granted').length, 30)
  })
})

describe('openBook', function () {
  this.timeout(20_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  it('answers the others of a batch when one call cannot be carried out', async () => {
    const book = openBook(ledger.database)
    const [good, other] = [await ledger.accept('GOOD-1'), await ledger.accept('GOOD-2')]
    const request = (messageId: string) => ({messageId, attempt: 1, lane: 'work', worker: 'test'}) as const

    const answers = await Promise.allSettled([good, 'no uuid', other].map(async (id) => book.claim(request(id))))

    assert.deepEqual(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.kind : 'failed')),
      ['granted', 'failed', 'granted'],
    )
  })
})

async function isWaitingForLock({database}: TestLedger): Promise<boolean> {
  const {rows} = await database.query<{waiting: boolean}>(
    `select exists (select from pg_stat_activity
                     where datname = current_database() and wait_event_type = 'Lock') as waiting`,
  )
  return rows[0]?.waiting === true
}
