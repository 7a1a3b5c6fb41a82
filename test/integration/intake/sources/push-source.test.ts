import assert from 'node:assert/strict'
import {readOutcomes} from '#lib/intake/runs/outcomes.js'
import {findWatermark} from '#lib/intake/sources/watermark.js'
import {eventually} from '../../../support/eventually.js'
import {order} from '../../../support/orders.js'
import {saveOrder} from '../../../support/shop.js'
import {openSourceDesk, type SourceDesk} from '../../../support/source-desk.js'

describe('runSourcePush', function () {
  this.timeout(60_000)
  let desk: SourceDesk
  beforeEach(async () => {
    desk = await openSourceDesk()
  })
  afterEach(async () => desk.close())

  const fill = async (count: number, at = 'now()') =>
    desk.shop.database.query(
      `insert into shop_order (order_id, revision, body, updated_at)
       select 'FILL-' || n, 1, jsonb_set($1::jsonb, '{orderId}', to_jsonb('FILL-' || n)), ${at} from generate_series(1, $2::integer) n`,
      [JSON.stringify(order('')), count],
    )

  it('accepts what is new, and counts what it reads again without a line for each', async () => {
    await desk.shop.save('NEW-1')
    await desk.shop.save('NEW-2')

    const first = await desk.push()
    await desk.shop.save('NEW-1', {currency: 'EUR'})
    await desk.shop.save('NEW-3')
    const second = await desk.push()

    assert.deepEqual(first.counts, {read: 2, accepted: 2, duplicate: 0, rejected: 0})
    assert.deepEqual(second.counts, {read: 3, accepted: 2, duplicate: 1, rejected: 0})
    // What is known is recognised before the door is asked.
    assert.equal(second.checked, 2)
    assert.deepEqual(await desk.accepted(), ['NEW-1@1', 'NEW-2@1', 'NEW-1@2', 'NEW-3@1'])
    const lines = []
    for await (const {line, key} of readOutcomes(desk.ledger.database, second.run.id, {onlyFailed: false}))
      lines.push([line, key])
    assert.deepEqual(lines, [
      [2, 'NEW-1'],
      [3, 'NEW-3'],
    ])
  })

  it('reads what a transaction that began long before commits late, whatever the overlap', async () => {
    await desk.shop.save('LATE-1')
    const counts = await desk.shop.database.transaction(async (tx) => {
      await tx.query(saveOrder, ['LATE-2', JSON.stringify(order('LATE-2'))])
      await tx.query('select pg_sleep(1.2)')
      await desk.shop.save('LATE-3')
      const {counts: during} = await desk.push({}, {overlap: '0s'})
      return during
    })
    const after = await desk.push({}, {overlap: '0s'})

    assert.deepEqual(counts, {read: 2, accepted: 2, duplicate: 0, rejected: 0})
    assert.equal(after.counts.accepted, 1)
    assert.deepEqual(await desk.accepted(), ['LATE-1@1', 'LATE-3@1', 'LATE-2@1'])
  })

  it('reads by a number that grows, and waits with it for who drew a lower one', async () => {
    const settings = {watermark: 'change', overlap: 0}
    await desk.shop.save('NUM-1')
    await desk.push({}, settings)
    const late = await desk.shop.database.transaction(async (tx) => {
      await tx.query(saveOrder, ['NUM-2', JSON.stringify(order('NUM-2'))])
      await desk.shop.save('NUM-3')
      await desk.push({}, settings)
      return desk.push({}, settings)
    })
    const after = await desk.push({}, settings)
    await eventually(async () => (await desk.push({}, settings)).counts.read === 1, {timeoutMs: 10_000})

    assert.equal(late.counts.accepted, 0)
    assert.equal(after.counts.accepted, 1)
    assert.deepEqual(await desk.accepted(), ['NUM-1@1', 'NUM-3@1', 'NUM-2@1'])
    assert.equal((await findWatermark(desk.ledger.database, 'sales-order'))?.at, '3')
  })

  it('moves the watermark with every batch, so that a reading broken off goes on there', async () => {
    await fill(2500, `now() - interval '1 day' + n * interval '1 second'`)
    let batches = 0
    const onProgress = () => {
      batches += 1
      if (batches === 1) throw new Error('the power is gone')
    }
    await assert.rejects(desk.push({onProgress}, {overlap: '0s'}), /the power is gone/)
    const before = (await desk.accepted()).length

    const {counts} = await desk.push({}, {overlap: '0s'})

    assert.ok(before > 0 && before < 2500, String(before))
    assert.ok(counts.read <= 2501 - before, JSON.stringify({before, counts}))
    assert.equal((await desk.accepted()).length, 2500)
  })

  it('reads a refused row again until it goes in, and forgets one that is gone', async () => {
    await desk.shop.save('BAD-1', {shop: 'fr'})
    await desk.shop.save('BAD-2', {shop: 'fr'})
    await desk.shop.save('GOOD-1')
    const first = await desk.push({}, {overlap: '0s'})
    // It is mended without a trace in the watermark.
    await desk.shop.database.query(
      `update shop_order set body = body || '{"shop": "us"}', updated_at = '2020-01-01' where order_id = 'BAD-1'`,
    )
    const second = await desk.push({}, {overlap: '0s'})
    await desk.shop.database.query(`delete from shop_order where order_id = 'BAD-2'`)
    const third = await desk.push({}, {overlap: '0s'})

    assert.deepEqual(
      first.rejects.map(({file, problems}) => [file, problems[0]?.field]),
      [
        ['source', '/shop'],
        ['source', '/shop'],
      ],
    )
    assert.deepEqual([second.counts.accepted, second.counts.rejected], [1, 1])
    assert.equal(third.counts.rejected, 0)
    assert.deepEqual(await desk.accepted(), ['GOOD-1@1', 'BAD-1@1'])
    const {rows} = await desk.ledger.database.query('select from erpsync.source_refusal')
    assert.equal(rows.length, 0)
  })

  /** An order that changed so many minutes ago. */
  const saveAgo = async (orderId: string, minutes: number, changes: Readonly<Record<string, unknown>> = {}) => {
    await desk.shop.save(orderId, changes)
    await desk.shop.database.query(
      `update shop_order set updated_at = now() - $2 * interval '1 minute' where order_id = $1`,
      [orderId, minutes],
    )
  }
  const keyed = async (key: string) =>
    desk.query(
      `select ${key} as order_id, updated_at, body || jsonb_build_object('revision', revision) as document from shop_order`,
    )

  it('passes no row without a key', async () => {
    await saveAgo('NULL-1', 120)
    await saveAgo('GOOD-1', 60)
    const first = await desk.push({}, {overlap: '0s', query: await keyed(`nullif(order_id, 'NULL-1')`)})

    const mended = await desk.push({}, {overlap: '0s'})

    assert.deepEqual([first.counts.accepted, first.counts.rejected], [1, 1])
    assert.equal(mended.counts.accepted, 1)
    assert.deepEqual(await desk.accepted(), ['GOOD-1@1', 'NULL-1@1'])
  })

  it('reads refused rows with the greatest of keys again', async () => {
    const settings = {
      overlap: '0s',
      query: await keyed(`case order_id when 'BIG' then 9223372036854775807 else 1 end`),
    }
    await saveAgo('BIG', 120)
    await saveAgo('SMALL', 60)
    await desk.push({}, settings)

    const {counts} = await desk.push({}, settings)

    assert.equal(counts.rejected, 2)
  })

  it('reads what is new however many were refused before', async () => {
    await saveAgo('BAD-1', 120, {shop: 'fr'})
    await saveAgo('GOOD-1', 60)
    await desk.push({}, {overlap: '0s'})
    await desk.shop.save('GOOD-2')

    const limited = await desk.push({limit: {kind: 'count', most: 0}}, {overlap: '0s'})
    await desk.shop.save('GOOD-3')
    const stopping = await desk.push({stopsAtReject: true}, {overlap: '0s'})

    assert.deepEqual([limited.end.kind, limited.counts.accepted, limited.counts.rejected], ['all_read', 1, 1])
    assert.deepEqual([stopping.end.kind, stopping.counts.accepted], ['all_read', 1])
  })

  it('leaves the watermark where --since would skip a part of the overlap', async () => {
    await saveAgo('OLD-1', 10)
    await desk.push()
    const before = await findWatermark(desk.ledger.database, 'sales-order')
    await saveAgo('NEW-1', 8)

    const since = new Date(Date.now() - 9 * 60_000).toISOString().replace('Z', '000Z')
    const {counts} = await desk.push({reach: {kind: 'since', mark: since}})

    assert.equal(counts.accepted, 1)
    assert.deepEqual(await findWatermark(desk.ledger.database, 'sales-order'), before)
    const inOverlap = new Date(Date.now() - 12 * 60_000).toISOString().replace('Z', '000Z')
    await desk.push({reach: {kind: 'since', mark: inOverlap}})
    assert.deepEqual(await findWatermark(desk.ledger.database, 'sales-order'), before)
  })
})
