import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {openDatabase} from '#lib/db/database.js'
import {listRuns} from '#lib/intake/runs/push-run.js'
import type {SourceRequest} from '#lib/intake/sources/push-source.js'
import {findWatermark} from '#lib/intake/sources/watermark.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../../../support/eventually.js'
import {openSourceDesk, type SourceDesk} from '../../../support/source-desk.js'

describe('the source of a flow', function () {
  this.timeout(60_000)
  let desk: SourceDesk
  beforeEach(async () => {
    desk = await openSourceDesk()
  })
  afterEach(async () => desk.close())

  const ageAll = async (when: string): Promise<void> =>
    void (await desk.shop.database.query(`update shop_order set updated_at = $1::timestamptz`, [when]))
  const mark = async () => (await findWatermark(desk.ledger.database, 'sales-order'))?.at

  it('is read from a time on, which leaves the watermark where something lies between', async () => {
    await desk.shop.save('SINCE-1')
    await ageAll('2026-01-01T00:00:00Z')
    await desk.shop.save('SINCE-2')
    const since = async (at: string, options: Partial<SourceRequest> = {}) =>
      desk.push({reach: {kind: 'since', mark: at}, ...options})

    const first = await since('2026-06-01T00:00:00.000000Z')
    const begun = await mark()
    const early = await since('2025-01-01T00:00:00.000000Z')
    await desk.shop.save('SINCE-3')
    const ahead = await since('2099-01-01T00:00:00.000000Z')
    const news = await desk.push()
    const all = await desk.push({reach: {kind: 'all'}})

    assert.deepEqual(
      [first, early, ahead, news, all].map(({counts}) => [counts.read, counts.accepted]),
      [
        [1, 1],
        [2, 1],
        [0, 0],
        [2, 1],
        [3, 0],
      ],
    )
    assert.ok(begun !== undefined && begun !== null && begun > '2026-06-01')
    assert.match(ahead.notices.join('\n'), /the watermark stays where it is/)
  })

  it('is read again by keys of any type, where rows were refused', async () => {
    await desk.shop.database.query(
      `create table typed as
       select n as id, ('00000000-0000-4000-8000-00000000000' || n)::uuid as uid, n::numeric as num, n::text as name,
              timestamp '2026-01-01' + n * interval '1 s' as at
         from generate_series(1, 3) n`,
    )
    const query = await desk.query('select id, uid, num, name, at from typed')

    for (const key of ['id', 'uid', 'num', 'name']) {
      const settings = {query, key, watermark: 'at', overlap: '0s'}
      await desk.push({reach: {kind: 'all'}}, settings)
      await desk.shop.database.query(`update typed set at = at - interval '1 year'`)
      const again = await desk.push({}, settings)
      await desk.shop.database.query(`update typed set at = at + interval '1 year'`)

      assert.deepEqual([key, again.counts.read, again.counts.rejected], [key, 3, 3])
      await desk.ledger.database.query('delete from erpsync.source_refusal')
    }
  })

  it('takes rows for documents, and in a flow without versions A after B for news', async () => {
    await desk.shop.database.query('create table partner (id text, name text, "changedAt" timestamptz)')
    const query = await desk.query(`select id as "partnerId", name, false as blocked, "changedAt" from partner`)
    const config = await loadConfig(`${examples}erpsync.yaml`, {})
    const {version, ...flow} = findFlow(config, 'business-partner')
    assert.ok(version)
    const counts = []
    for (const name of ['A', 'A', 'B', 'A']) {
      await desk.shop.database.query('delete from partner')
      await desk.shop.database.query(`insert into partner values ('P1', $1, '2026-01-01')`, [name])
      const pushed = await desk.push({}, {query, key: 'partnerId', watermark: 'changedAt'}, flow)
      counts.push([pushed.counts.accepted, pushed.counts.duplicate, pushed.counts.rejected])
    }

    assert.deepEqual(counts, [
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ])
  })

  it('says what is wrong with a query, and where it is said (78)', async () => {
    const refusal = async (settings: Readonly<Record<string, unknown>>) => {
      const error = await desk.push({}, settings).then(
        () => undefined,
        (thrown: unknown) => thrown as {code: string; exitCode: number; message: string},
      )
      return [error?.exitCode, error?.message.split('\n')[0]]
    }

    const column = await refusal({watermark: 'update_at'})
    const syntax = await refusal({query: await desk.query('selec 1')})
    const two = await refusal({query: await desk.query('select 1) s; drop table shop_order; select * from (select 1')})
    const overlap = await refusal({overlap: 100})
    const type = await refusal({watermark: 'document'})
    const file = await refusal({query: '/nowhere.sql'})
    const values = await refusal({
      query: await desk.query('select order_id, updated_at, 1 / (revision - 1) as x from shop_order'),
    })
    await desk.shop.save('WRONG-1')
    const late = await refusal({
      query: await desk.query('select order_id, updated_at, 1 / (revision - 1) as x from shop_order'),
    })
    const away = await refusal({url: 'postgres://127.0.0.1:1/none'})

    assert.deepEqual(
      [column, syntax, two, overlap, type, file, values, late, away].map(([code]) => code),
      [78, 78, 78, 78, 78, 78, undefined, 78, 69],
    )
    assert.match(String(column[1]), /flows\.sales-order\.source: the query has no column "update_at".*updated_at/)
    assert.match(String(late[1]), /division by zero/)
  })

  it('is not read by two at once (75), and ends at once on a signal', async () => {
    await desk.shop.save('SLOW-1')
    const query = await desk.query('select order_id, updated_at, body as document, pg_sleep(60) from shop_order')
    const stop = new AbortController()
    const slow = desk.push({signal: stop.signal}, {query})
    await eventually(async () => (await listRuns(desk.ledger.database, {flow: null, limit: 1})).length === 1)

    const second = await desk.push().catch((thrown: unknown) => thrown as {exitCode: number; message: string})
    const begun = performance.now()
    stop.abort('SIGTERM')
    const {run, end} = await slow

    assert.deepEqual(
      ['exitCode' in second && second.exitCode, 'message' in second && second.message],
      [exitCodes.locked, 'Another process is reading the source of sales-order.'],
    )
    assert.ok(performance.now() - begun < 10_000)
    assert.deepEqual([end.kind, run.state, run.why], ['aborted', 'stopped', 'SIGTERM'])
    assert.deepEqual(await desk.accepted(), [])
  })

  it('stops before a bad row when told so, and writes rejects that can be pushed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-rejects-'))
    const rejectsFile = join(folder, 'rejects.ndjson')
    await desk.shop.save('STOP-1')
    await desk.shop.save('STOP-2', {shop: 'fr'})
    await desk.shop.save('STOP-3')

    const stopped = await desk.push({stopsAtReject: true}, {overlap: '0s'})
    const skipped = await desk.push({rejectsFile}, {overlap: '0s'})

    const [reject] = (await readFile(rejectsFile, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    await rm(folder, {recursive: true})
    assert.deepEqual([stopped.end.kind, stopped.counts.accepted], ['stopped', 1])
    assert.deepEqual([skipped.counts.accepted, skipped.counts.rejected], [1, 1])
    assert.deepEqual([reject.file, JSON.parse(reject.text).orderId], ['source', 'STOP-2'])
    assert.deepEqual(await desk.accepted(), ['STOP-1@1', 'STOP-3@1'])
  })

  it('says which sessions are hidden from its role, and how to see them', async () => {
    const role = `reader_${Date.now()}`
    await desk.shop.save('HIDDEN-1')
    await desk.shop.database.query(`create role ${role} login password 'secret'`)
    await desk.shop.database.query(`grant select on shop_order to ${role}`)
    const url = new URL(desk.shop.url)
    url.username = role
    url.password = 'secret'
    const holder = openDatabase(desk.shop.url, {max: 1})
    await holder.query('select 1')
    try {
      const blind = await desk.push({}, {url: url.toString()})
      await desk.shop.database.query(`grant pg_read_all_stats to ${role}`)
      const seeing = await desk.push({}, {url: url.toString()})

      assert.match(
        blind.notices.join('\n'),
        new RegExp(`Sessions of other roles are hidden .*grant pg_read_all_stats to ${role}`),
      )
      assert.deepEqual([blind.counts.accepted, seeing.notices], [1, []])
    } finally {
      await holder.close()
      await desk.shop.database.query(`drop owned by ${role}`)
      await desk.shop.database.query(`drop role ${role}`)
    }
  })

  it('lets a run that was killed be over, so that retention can remove it', async () => {
    await desk.shop.save('KILLED-1')
    const before = await desk.push()
    await desk.ledger.database.query(`update erpsync.push_run set state = 'running', finished_at = null`)

    await desk.push()

    const runs = await listRuns(desk.ledger.database, {flow: null, limit: 10})
    assert.deepEqual(
      runs.map(({state, why, finishedAt}) => [state, why, finishedAt !== null]),
      [
        ['finished', null, true],
        ['failed', 'broken_off', true],
      ],
    )
    assert.equal(runs[1]?.id, before.run.id)
  })
})

const examples = fileURLToPath(new URL('../../../../examples/', import.meta.url))
