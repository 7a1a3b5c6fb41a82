import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type Flow, findFlow, loadConfig} from '#lib/config/load.js'
import {source as sourceSettings} from '#lib/config/source.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {openChecker} from '#lib/intake/runs/checker.js'
import type {Reject} from '#lib/intake/runs/check-lines.js'
import {readOutcomes} from '#lib/intake/runs/outcomes.js'
import {runSourcePush, type SourceRequest} from '#lib/intake/sources/push-source.js'
import {openSource} from '#lib/intake/sources/source.js'
import {findWatermark} from '#lib/intake/sources/watermark.js'
import {eventually} from '../../../support/eventually.js'
import {openLedger, type TestLedger} from '../../../support/ledger.js'
import {openShop, saveOrder, type Shop} from '../../../support/shop.js'
import {order} from '../../../support/orders.js'

const examples = fileURLToPath(new URL('../../../../examples/', import.meta.url))

describe('runSourcePush', function () {
  this.timeout(60_000)
  let folder: string
  let ledger: TestLedger
  let shop: Shop
  let door: Door
  let flow: Flow
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-source-'))
    flow = findFlow(await loadConfig(`${examples}erpsync.yaml`, {}), 'sales-order')
    door = await openDoor(flow)
  })
  after(async () => rm(folder, {recursive: true}))
  beforeEach(async () => {
    ledger = await openLedger()
    shop = await openShop()
  })
  afterEach(async () => {
    await ledger.close()
    await shop.close()
  })

  const push = async (options: Partial<SourceRequest> = {}, settings: Readonly<Record<string, unknown>> = {}) => {
    const signal = options.signal ?? new AbortController().signal
    const source = await openSource(
      {...flow, source: sourceSettings.parse(await shop.source(folder, settings))},
      signal,
    )
    const rejects: Reject[] = []
    const notices: string[] = []
    try {
      const {run, end} = await runSourcePush(ledger.database, {
        door,
        checker: openChecker(door),
        source,
        reach: {kind: 'news'},
        rejectsFile: null,
        stopsAtReject: false,
        limit: null,
        ratePerS: null,
        startedBy: 'ada',
        host: 'test',
        signal,
        onRun: () => {},
        onProgress: () => {},
        onReject: (reject) => void rejects.push(reject),
        onNotice: (text) => void notices.push(text),
        ...options,
      })
      return {run, end, counts: run.counts, rejects, notices}
    } finally {
      await source.close()
    }
  }
  const accepted = async (): Promise<readonly string[]> => {
    const {rows} = await ledger.database.query<{key: string}>(
      `select business_key || '@' || version as key from erpsync.message order by seq`,
    )
    return rows.map(({key}) => key)
  }
  const fill = async (count: number, at = 'now()') =>
    shop.database.query(
      `insert into shop_order (order_id, revision, body, updated_at)
       select 'FILL-' || n, 1, jsonb_set($1::jsonb, '{orderId}', to_jsonb('FILL-' || n)), ${at} from generate_series(1, $2::integer) n`,
      [JSON.stringify(order('')), count],
    )

  it('accepts what is new, and counts what it reads again without a line for each', async () => {
    await shop.save('NEW-1')
    await shop.save('NEW-2')

    const first = await push()
    await shop.save('NEW-1', {currency: 'EUR'})
    await shop.save('NEW-3')
    const second = await push()

    assert.deepEqual(first.counts, {read: 2, accepted: 2, duplicate: 0, rejected: 0})
    assert.deepEqual(second.counts, {read: 3, accepted: 2, duplicate: 1, rejected: 0})
    assert.deepEqual(await accepted(), ['NEW-1@1', 'NEW-2@1', 'NEW-1@2', 'NEW-3@1'])
    const lines = []
    for await (const {line, key} of readOutcomes(ledger.database, second.run.id, {onlyFailed: false}))
      lines.push([line, key])
    assert.deepEqual(lines, [
      [2, 'NEW-1'],
      [3, 'NEW-3'],
    ])
  })

  it('reads what a transaction that began long before commits late, whatever the overlap', async () => {
    await shop.save('LATE-1')
    const counts = await shop.database.transaction(async (tx) => {
      await tx.query(saveOrder, ['LATE-2', JSON.stringify(order('LATE-2'))])
      await tx.query('select pg_sleep(1.2)')
      await shop.save('LATE-3')
      const {counts: during} = await push({}, {overlap: '0s'})
      return during
    })
    const after = await push({}, {overlap: '0s'})

    assert.deepEqual(counts, {read: 2, accepted: 2, duplicate: 0, rejected: 0})
    assert.equal(after.counts.accepted, 1)
    assert.deepEqual(await accepted(), ['LATE-1@1', 'LATE-3@1', 'LATE-2@1'])
  })

  it('reads by a number that grows, and waits with it for who drew a lower one', async () => {
    const settings = {watermark: 'change', overlap: 0}
    await shop.save('NUM-1')
    await push({}, settings)
    const late = await shop.database.transaction(async (tx) => {
      await tx.query(saveOrder, ['NUM-2', JSON.stringify(order('NUM-2'))])
      await shop.save('NUM-3')
      await push({}, settings)
      return push({}, settings)
    })
    const after = await push({}, settings)
    await eventually(async () => (await push({}, settings)).counts.read === 1, {timeoutMs: 10_000})

    assert.equal(late.counts.accepted, 0)
    assert.equal(after.counts.accepted, 1)
    assert.deepEqual(await accepted(), ['NUM-1@1', 'NUM-3@1', 'NUM-2@1'])
    assert.equal((await findWatermark(ledger.database, 'sales-order'))?.at, '3')
  })

  it('moves the watermark with every batch, so that a reading broken off goes on there', async () => {
    await fill(2500, `now() - interval '1 day' + n * interval '1 second'`)
    let batches = 0
    const onProgress = () => {
      batches += 1
      if (batches === 1) throw new Error('the power is gone')
    }
    await assert.rejects(push({onProgress}, {overlap: '0s'}), /the power is gone/)
    const before = (await accepted()).length

    const {counts} = await push({}, {overlap: '0s'})

    assert.ok(before >= 1000 && before <= 2000, String(before))
    assert.ok(counts.read <= 2501 - before, JSON.stringify({before, counts}))
    assert.equal((await accepted()).length, 2500)
  })

  it('reads a refused row again until it goes in, and forgets one that is gone', async () => {
    await shop.save('BAD-1', {shop: 'fr'})
    await shop.save('BAD-2', {shop: 'fr'})
    await shop.save('GOOD-1')
    const first = await push({}, {overlap: '0s'})
    // It is mended without a trace in the watermark.
    await shop.database.query(
      `update shop_order set body = body || '{"shop": "us"}', updated_at = '2020-01-01' where order_id = 'BAD-1'`,
    )
    const second = await push({}, {overlap: '0s'})
    await shop.database.query(`delete from shop_order where order_id = 'BAD-2'`)
    const third = await push({}, {overlap: '0s'})

    assert.deepEqual(
      first.rejects.map(({file, problems}) => [file, problems[0]?.field]),
      [
        ['source', '/shop'],
        ['source', '/shop'],
      ],
    )
    assert.deepEqual([second.counts.accepted, second.counts.rejected], [1, 1])
    assert.equal(third.counts.rejected, 0)
    assert.deepEqual(await accepted(), ['GOOD-1@1', 'BAD-1@1'])
    const {rows} = await ledger.database.query('select from erpsync.source_refusal')
    assert.equal(rows.length, 0)
  })
})
