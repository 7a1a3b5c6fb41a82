import assert from 'node:assert/strict'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Admissible} from '#lib/intake/door.js'
import {newId} from '#lib/kernel/ids.js'
import {insertMessages, lockFlow, type NewMessage, type Origin} from '#lib/ledger/accept.js'
import {eventually} from '../../support/eventually.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {admissible, order, orders} from '../../support/orders.js'

describe('acceptDocuments', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  const accept = async (...documents: readonly Admissible[]) =>
    acceptDocuments(ledger.database, {flow: 'sales-order', ordering: 'none'}, documents)
  const kinds = (verdicts: readonly Verdict[]) => verdicts.map(({kind}) => kind)
  /** Without an idempotency key, as of a flow that knows no versions. */
  const anonymous = (orderId: string, changes: Readonly<Record<string, unknown>>): Admissible => ({
    ...admissible(order(orderId, changes)),
    version: null,
    idempotencyKey: null,
    reference: null,
  })

  it('accepts with a copy for the work lane, in one transaction', async () => {
    const [verdict] = await accept(admissible(order('NEW-1')))

    assert.ok(verdict?.kind === 'accepted')
    assert.equal(await ledger.stateOf(verdict.id), 'accepted')
    assert.deepEqual(await ledger.copiesOf(verdict.id), [{lane: 'work', attempt: 1}])
  })

  it('names the message that has the document already', async () => {
    const [first] = await accept(admissible(order('SAME-1')))

    assert.deepEqual(await accept(admissible(order('SAME-1'))), [{...first, kind: 'duplicate'}])
  })

  it('refuses other content under the same identity', async () => {
    await accept(admissible(order('OTHER-1')))

    const [verdict] = await accept(admissible(order('OTHER-1', {currency: 'EUR'})))

    assert.ok(verdict?.kind === 'refused')
    assert.match(verdict.problems[0]?.message ?? '', /^OTHER-1@1 was accepted before with other content/)
  })

  it('refuses a reference that another message has', async () => {
    const first = admissible(order('REF-1'))
    await accept(first)

    const [verdict] = await accept({...admissible(order('REF-2')), reference: first.reference})

    assert.ok(verdict?.kind === 'refused')
    assert.match(verdict.problems[0]?.message ?? '', /^the reference REF-1\/1 belongs to another message/)
  })

  it('tells copies and contradictions within one batch', async () => {
    const verdicts = await accept(
      admissible(order('BATCH-1')),
      admissible(order('BATCH-1')),
      admissible(order('BATCH-1', {currency: 'EUR'})),
    )

    assert.deepEqual(kinds(verdicts), ['accepted', 'duplicate', 'refused'])
  })

  it('takes A, B, A of one key for three messages where there is no version', async () => {
    const [a, b] = [anonymous('ABA-1', {currency: 'USD'}), anonymous('ABA-1', {currency: 'EUR'})]

    assert.deepEqual(kinds(await accept(a)), ['accepted'])
    assert.deepEqual(kinds(await accept(a, b, b, a)), ['duplicate', 'accepted', 'duplicate', 'accepted'])
    assert.deepEqual(kinds(await accept(a)), ['duplicate'])
  })

  for (const [what, document] of [
    ['identified', admissible(order('ONCE-1'))],
    ['anonymous', anonymous('ONCE-2', {})],
  ] as const) {
    it(`accepts an ${what} document once that is pushed many times at once`, async () => {
      const verdicts = await Promise.all(Array.from({length: 10}, async () => accept(document)))

      assert.deepEqual(kinds(verdicts.flat()).toSorted(), ['accepted', ...Array.from({length: 9}, () => 'duplicate')])
    })
  }

  it('goes on when PostgreSQL breaks it off because another push holds what it needs, and the other way round', async () => {
    const [a, b] = [admissible(order('DEADLOCK-A')), admissible(order('DEADLOCK-B'))]

    const mine = await ledger.database.transaction(async (tx) => {
      await insertMessages(tx, origin, [messageOf(b)])
      const theirs = accept(a, b)
      await eventually(async () => isWaiting(ledger))
      await insertMessages(tx, origin, [messageOf(a)])
      return {theirs}
    })

    assert.deepEqual(kinds(await mine.theirs), ['duplicate', 'duplicate'])
  })

  it('lets others of the flow that were broken off too go before it', async () => {
    const [a, b] = [admissible(order('QUEUE-A')), admissible(order('QUEUE-B'))]

    const {theirs} = await ledger.database.transaction(async (other) => {
      await lockFlow(other, 'sales-order')
      const mine = await ledger.database.transaction(async (tx) => {
        await insertMessages(tx, origin, [messageOf(b)])
        const broken = accept(a, b)
        await eventually(async () => isWaiting(ledger))
        await insertMessages(tx, origin, [messageOf(a)])
        return {theirs: broken}
      })
      await eventually(async () => isWaiting(ledger, 'advisory'))
      return mine
    })

    assert.deepEqual(kinds(await theirs), ['duplicate', 'duplicate'])
  })

  it('accepts every document once of two pushes in opposite order at once', async () => {
    const documents = orders('CROSS', 300).map(admissible)

    const verdicts = await Promise.all([
      accept(...documents),
      accept(...documents.toReversed()),
      accept(...documents),
      accept(...documents.toReversed()),
    ])

    assert.equal(kinds(verdicts.flat()).filter((kind) => kind === 'accepted').length, 300)
    assert.equal(kinds(verdicts.flat()).filter((kind) => kind === 'duplicate').length, 900)
  })

  it('writes alongside in the same transaction, and accepts nothing if that fails', async () => {
    const failing = acceptDocuments(
      ledger.database,
      {flow: 'sales-order', ordering: 'none'},
      [admissible(order('ALONG-1'))],
      async () => {
        throw new Error('the disk is full')
      },
    )

    await assert.rejects(failing, /the disk is full/)
    const {rows} = await ledger.database.query(`select from erpsync.message where business_key = 'ALONG-1'`)
    assert.equal(rows.length, 0)
  })

  it('keeps which line of which push run a document came by', async () => {
    const pushed = {file: {runId: 'P-ABCDEFG', number: 1}, lines: [17]}

    const [verdict] = await acceptDocuments(ledger.database, {flow: 'sales-order', ordering: 'none', pushed}, [
      admissible(order('ALONG-2')),
    ])

    const {rows} = await ledger.database.query(
      `select id, push_run_id, push_file, push_line, intent from erpsync.message where business_key = 'ALONG-2'`,
    )
    const id = verdict?.kind === 'accepted' ? verdict.id : undefined
    assert.deepEqual(rows, [{id, push_run_id: 'P-ABCDEFG', push_file: 1, push_line: 17, intent: 'sync'}])
  })
})

const origin: Origin = {flow: 'sales-order', ordering: 'none', intent: 'sync', file: null}

function messageOf({document, ...same}: Admissible): NewMessage {
  const {key, version, idempotencyKey, reference, hash} = same
  return {
    id: newId(),
    key,
    version,
    idempotencyKey: idempotencyKey ?? '',
    reference,
    payload: document,
    hash,
    line: null,
  }
}

async function isWaiting({database}: TestLedger, event = ''): Promise<boolean> {
  const {rows} = await database.query<{waiting: boolean}>(
    `select exists (select from pg_stat_activity
                     where datname = current_database()
                       and wait_event_type = 'Lock'
                       and $1 in ('', wait_event)) as waiting`,
    [event],
  )
  return rows[0]?.waiting === true
}
