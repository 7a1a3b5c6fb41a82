import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {loadConfig} from '#lib/config/load.js'
import {type Doors, openDoors} from '#lib/intake/open-doors.js'
import {installInbox} from '#lib/intake/inbox/install.js'
import {pruneTaken} from '#lib/intake/inbox/rows.js'
import {takeRound} from '#lib/intake/inbox/take-round.js'
import {type InboxStage, openInboxStage} from '../../../support/inbox-stage.js'
import {order, orders} from '../../../support/orders.js'

describe('takeRound', function () {
  this.timeout(60_000)
  let stage: InboxStage
  let doors: Doors
  beforeEach(async () => {
    stage = await openInboxStage()
    await installInbox(stage.shop, {insert: null, take: null})
    doors = openDoors(await loadConfig(stage.configPath, {}))
  })
  afterEach(async () => stage.close())

  const round = async () => takeRound({inbox: stage.shop, ledger: stage.ledger.database, doors})
  const seen = async () => (await stage.rows()).map(({outcome, message_id: message}) => [outcome, message])
  const keys = async () => (await stage.messages()).map(({key}) => key)
  /** Cuts the connection off when rows are marked: what was accepted is committed, and nobody has noted it. */
  const cutBeforeMarks = async () => {
    await stage.shop.query(
      `create function cut_off() returns trigger language plpgsql as
       $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return new; end $$`,
    )
    await stage.shop.query('create trigger cut_off before update on erpsync_inbox execute function cut_off()')
  }
  const mend = async () => stage.shop.query('drop trigger cut_off on erpsync_inbox')

  it('recognises what it accepted before it was cut off, by the identity of the flow', async () => {
    await stage.insert('sales-order', ...orders('CUT', 3))
    await cutBeforeMarks()
    await assert.rejects(round(), {code: 'postgres_unreachable'})
    const accepted = await stage.messages()
    const unmarked = await stage.waiting()
    await mend()
    await stage.insert('sales-order', order('CUT-4'))

    const counts = await round()

    const messages = await stage.messages()
    assert.deepEqual([accepted.length, unmarked], [3, 3])
    assert.deepEqual(counts, {taken: 4, accepted: 1, duplicate: 3, refused: 0})
    assert.deepEqual(
      await seen(),
      messages.map(({id}, index) => [index < 3 ? 'duplicate' : 'accepted', id]),
    )
    assert.deepEqual(await keys(), ['CUT-1', 'CUT-2', 'CUT-3', 'CUT-4'])
  })

  it('keeps A, B, A of a flow without version as they are, cut off in between or not', async () => {
    const [a, b] = ['A', 'B'].map((text) => ({id: 'N1', text}))
    const ids = await stage.insert('note', a, b, a)
    await cutBeforeMarks()
    await assert.rejects(round(), {code: 'postgres_unreachable'})
    await mend()
    const [last] = await stage.insert('note', a)

    const counts = await round()

    const {rows} = await stage.ledger.database.query<{text: string; identity: string}>(
      `select payload ->> 'text' as text, idempotency_key as identity from erpsync.message order by seq`,
    )
    assert.deepEqual(counts, {taken: 4, accepted: 4, duplicate: 0, refused: 0})
    assert.deepEqual(
      rows.map(({text, identity}) => [text, identity]),
      ['A', 'B', 'A', 'A'].map((text, index) => [text, `inbox-${[...ids, last][index]}`]),
    )
    assert.deepEqual(
      await seen(),
      (await stage.messages()).map(({id}) => ['accepted', id]),
    )
  })

  it('recognises what is taken again because the ledger may have lost it', async () => {
    await stage.insert('sales-order', ...orders('AGAIN', 2))
    await stage.insert('note', {id: 'N1', text: 'A'})
    await round()
    await stage.ledger.database.query(
      `with lost as (select id from erpsync.message where business_key = 'AGAIN-2'),
            copies as (delete from erpsync.outbox where message_id in (select id from lost))
       delete from erpsync.message where id in (select id from lost)`,
    )
    // As docs/inbox.md has it.
    await stage.shop.query(
      `update public.erpsync_inbox set taken_at = null, outcome = null, message_id = null
        where taken_at > now() - interval '1 hour' and outcome <> 'refused'`,
    )

    await round()

    assert.deepEqual(
      (await stage.rows()).map(({outcome}) => outcome),
      ['duplicate', 'accepted', 'accepted'],
    )
    assert.deepEqual((await keys()).toSorted(), ['AGAIN-1', 'AGAIN-2', 'N1'])
  })

  it('takes rows in their order, those of a later commit later, and none that is not committed', async () => {
    await stage.shop.transaction(async (tx) => {
      await tx.query(`insert into erpsync_inbox (flow, document) values ('sales-order', $1::jsonb)`, [
        JSON.stringify(order('LATE')),
      ])
      await stage.insert('sales-order', order('SOON-1'), order('SOON-2'))
      await round()
    })
    const before = await keys()

    await round()

    assert.deepEqual(before, ['SOON-1', 'SOON-2'])
    assert.deepEqual(await keys(), ['SOON-1', 'SOON-2', 'LATE'])
  })

  it('passes over a row that somebody else is writing to', async () => {
    const [first] = await stage.insert('sales-order', order('HELD'), order('FREE'))

    await stage.shop.transaction(async (tx) => {
      await tx.query('update erpsync_inbox set document = document where id = $1', [first])
      await round()
    })
    const before = await keys()
    await round()

    assert.deepEqual(before, ['FREE'])
    assert.deepEqual(await keys(), ['FREE', 'HELD'])
  })

  it('takes nothing while another is in the midst of a round', async () => {
    await stage.insert('sales-order', order('ALONE'))

    const counts = await stage.shop.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('erpsync.inbox.round', 0))`)
      return round()
    })

    assert.equal(counts.taken, 0)
    assert.equal(await stage.waiting(), 1)
  })

  it('refuses the one row that the ledger cannot hold, and takes those around it', async () => {
    await stage.ledger.database.query(
      `alter table erpsync.message add constraint no_poison check (business_key <> 'POISON')`,
    )
    await stage.insert('sales-order', order('BEFORE'), order('POISON'), order('BEHIND'))

    const counts = await round()

    const [, poison] = await stage.rows()
    assert.deepEqual(counts, {taken: 3, accepted: 2, duplicate: 0, refused: 1})
    assert.deepEqual(await keys(), ['BEFORE', 'BEHIND'])
    assert.deepEqual(poison?.problems, [{field: '', message: 'the ledger cannot hold it (SQLSTATE 23514)'}])
  })

  it('keeps a hundred of the problems of a document', async () => {
    await stage.insert('sales-order', {...order('MANY'), shops: Array.from({length: 150}, () => 'fr')})

    await round()

    const [many] = await stage.rows()
    assert.equal(many?.problems?.length, 101)
    assert.deepEqual(many?.problems?.at(-1), {field: '', message: 'and 50 more'})
  })

  it('takes a document that is nested as deep as PostgreSQL lets in, or refuses it', async () => {
    const depth = 5000
    await stage.shop.query(`insert into erpsync_inbox (flow, document) values ('note', $1::jsonb)`, [
      `{"id": "DEEP", "text": ${'['.repeat(depth)}${']'.repeat(depth)}}`,
    ])
    await stage.insert('note', {id: 'FLAT', text: 'x'})

    const counts = await round()

    assert.equal(counts.taken, 2)
    assert.equal(await stage.waiting(), 0)
    assert.ok((await keys()).includes('FLAT'))
  })

  it('takes no more at once than fits into memory', async () => {
    const text = () => randomBytes(5_000_000).toString('base64')
    for (const id of ['BIG-1', 'BIG-2', 'BIG-3', 'BIG-4']) await stage.insert('note', {id, text: text()})

    const taken = [await round(), await round(), await round()].map((counts) => counts.taken)

    assert.deepEqual(taken, [3, 1, 0])
  })

  it('lets no row say something that cannot be', async () => {
    const set = async (what: string) => stage.shop.query(`update erpsync_inbox set ${what}`)
    await stage.insert('note', {id: 'CHECKED', text: 'x'})

    for (const [what, constraint] of [
      [`taken_at = now()`, 'erpsync_inbox_taken_with_outcome'],
      [`taken_at = now(), outcome = 'lost'`, 'erpsync_inbox_outcome_known'],
      [`taken_at = now(), outcome = 'accepted'`, 'erpsync_inbox_message_named'],
      [`taken_at = now(), outcome = 'refused'`, 'erpsync_inbox_refusal_explained'],
      [`message_id = gen_random_uuid()`, 'erpsync_inbox_message_named'],
    ] as const)
      await assert.rejects(set(what), {constraint})
  })

  describe('pruneTaken', () => {
    it('removes a thousand at a time, of those that were taken long enough ago', async () => {
      await stage.insert('sales-order', ...orders('PRUNE', 1100), {})
      for (let count = 0; count < 3; count += 1) await round()
      await stage.shop.query(
        `update erpsync_inbox set taken_at = taken_at - interval '1 day' where document ->> 'orderId' <> 'PRUNE-1'`,
      )
      const dayMs = 86_000_000

      const removed = [
        await pruneTaken(stage.shop, dayMs),
        await pruneTaken(stage.shop, dayMs),
        await pruneTaken(stage.shop, dayMs),
      ]

      assert.deepEqual(removed, [1000, 99, 0])
      assert.deepEqual(
        (await stage.rows()).map(({outcome}) => outcome),
        ['accepted', 'refused'],
      )
    })
  })
})
