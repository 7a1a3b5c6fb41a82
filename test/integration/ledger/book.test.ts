import assert from 'node:assert/strict'
import {type Database, openDatabase} from '#lib/db/database.js'
import {acceptDocuments} from '#lib/intake/accept.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {type Book, openBook} from '#lib/ledger/book.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {admissible, orders} from '../../support/orders.js'

describe('openBook', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  let other: Database
  before(async () => {
    ledger = await openLedger()
    other = openDatabase(ledger.url, {max: 8})
  })
  after(async () => {
    await other.close()
    await ledger.close()
  })

  const accept = async (flow: string, ordering: Ordering, count: number): Promise<readonly string[]> => {
    const verdicts = await acceptDocuments(ledger.database, {flow, ordering}, orders(flow, count).map(admissible))
    return verdicts.map((verdict) => {
      assert.ok(verdict.kind === 'accepted')
      return verdict.id
    })
  }
  const claimAll = async (book: Book, ids: readonly string[]) =>
    Promise.all(
      ids.map(async (messageId) => (await book.claim({messageId, attempt: 1, lane: 'work', worker: 'test'})).kind),
    )
  const settleAll = async (book: Book, ids: readonly string[]) =>
    Promise.all(
      ids.map(async (messageId) => book.settle({kind: 'synced', messageId, attempt: 1, documentNumber: null})),
    )
  /** What two workers were told, message by message. */
  const pairsOf = <Answer>(first: readonly Answer[], second: readonly Answer[]) =>
    first.map((answer, index) => [answer, second[index]].toSorted((a, b) => String(a).localeCompare(String(b))))

  it('lets one of two workers have each message, that reach for all of them in opposite order, ordered ones among them', async () => {
    const mixed = [
      ...(await accept('unordered', 'none', 300)),
      ...(await accept('latest', 'latest', 40)),
      ...(await accept('strict', 'strict', 40)),
    ].toSorted((a, b) => (a.slice(-6) < b.slice(-6) ? -1 : 1))
    const books = [openBook(ledger.database), openBook(other)] as const

    const [first, second] = await Promise.all([
      claimAll(books[0], mixed),
      claimAll(books[1], mixed.toReversed()).then((answers) => answers.toReversed()),
    ])
    const [written, late] = await Promise.all([
      settleAll(books[0], mixed),
      settleAll(books[1], mixed.toReversed()).then((answers) => answers.toReversed()),
    ])

    assert.deepEqual(
      pairsOf(first, second),
      mixed.map(() => ['granted', 'refused']),
    )
    assert.deepEqual(
      pairsOf(written, late),
      mixed.map(() => [false, true]),
    )
    const {rows} = await ledger.database.query(
      `select state, outcome, count(*)::integer as count
         from erpsync.message
         join erpsync.attempt on message_id = id
        group by state, outcome`,
    )
    assert.deepEqual(rows, [{state: 'synced', outcome: 'synced', count: mixed.length}])
  })

  it('moves a message without an order along without telling an index', async () => {
    const [id = ''] = await accept('phase', 'none', 1)
    const book = openBook(ledger.database)
    const phase = async () => {
      const {rows} = await ledger.database.query('select state, phase from erpsync.message where id = $1', [id])
      return rows[0]
    }
    const accepted = await phase()

    await claimAll(book, [id])
    const claimed = await phase()
    await settleAll(book, [id])

    assert.deepEqual(
      [accepted, claimed, await phase()],
      [
        {state: 'accepted', phase: 'under_way'},
        {state: 'in_flight', phase: 'under_way'},
        {state: 'synced', phase: 'over'},
      ],
    )
  })
})
