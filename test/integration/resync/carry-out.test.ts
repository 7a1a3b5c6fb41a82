import assert from 'node:assert/strict'
import {findFlow} from '#lib/config/load.js'
import {acceptDocuments} from '#lib/intake/accept.js'
import {openDoor} from '#lib/intake/door.js'
import {newId} from '#lib/kernel/ids.js'
import {type Guards, noGuards} from '#lib/metering/guards.js'
import {readStatesOfKeys} from '#lib/ledger/key-states.js'
import {ledgerSide} from '#lib/resync/internal/ledger-side.js'
import {blankEntry, type Entry} from '#lib/resync/entry.js'
import {carryOut, type Ended, sendAtOnce} from '#lib/resync/run/carry-out.js'
import {cancelRun, haltRun, resumeRun} from '#lib/resync/run/halt.js'
import {findRun, type Lease} from '#lib/resync/run/resync-run.js'
import {startRun, type Starting} from '#lib/resync/run/start-run.js'
import {eventually} from '../../support/eventually.js'
import {ada} from '../../support/operator.js'
import {admissible, order, type Order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline, type TestWorker} from '../../support/pipeline.js'

const lease = (leaseMs = 10_000): Lease => ({owner: `test:${newId()}`, leaseMs})

describe('carryOut', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let worker: TestWorker | undefined
  beforeEach(async () => {
    pipeline = await openPipeline({retry: {attempts: 1}})
  })
  afterEach(async () => {
    await worker?.stop()
    worker = undefined
    await pipeline.close()
  })

  /** Orders that SAP had and has no more. */
  const lose = async (...documents: readonly Order[]): Promise<void> => {
    await pipeline.push(...documents)
    await pipeline.workOff()
    for (const one of documents) await pipeline.admin.deleteOrder(referenceOf(one))
  }
  const plan = async (documents: readonly Order[]): Promise<readonly Entry[]> => {
    const keys = documents.map(({orderId}) => orderId)
    return (await readStatesOfKeys(pipeline.database, 'sales-order', keys)).map(({key, messageId, hash}) => ({
      ...blankEntry,
      key,
      class: 'missing',
      message: messageId,
      hash,
    }))
  }
  const start = async (
    entries: readonly Entry[],
    held: Lease,
    {guards = {}, window = null}: {guards?: Partial<Guards>; window?: string | null} = {},
  ): Promise<Starting> =>
    startRun(
      pipeline.database,
      {
        flow: 'sales-order',
        selection: 'test',
        planSha256: null,
        guards: {...noGuards, ...guards},
        window,
        internal: ledgerSide(pipeline.database, 'sales-order'),
        entries: () => entries,
      },
      held,
      ada,
    )
  const begin = async (...[entries, held, options]: Parameters<typeof start>): Promise<string> => {
    const starting = await start(entries, held, options)
    assert.equal(starting.kind, 'started', JSON.stringify(starting))
    return starting.kind === 'started' ? starting.id : ''
  }
  const carry = async (
    id: string,
    held: Lease,
    {
      now = () => new Date(),
      signal = new AbortController().signal,
      onProgress = () => {},
    }: {
      now?: () => Date
      signal?: AbortSignal
      onProgress?: (opensAt: Date | null) => void
    } = {},
  ): Promise<Ended> =>
    carryOut(id, {
      database: pipeline.database,
      door: await openDoor(findFlow(pipeline.config, 'sales-order')),
      internal: ledgerSide(pipeline.database, 'sales-order'),
      lease: held,
      operator: ada,
      destination: 'sandbox',
      clock: {now},
      timeoutMs: 20_000,
      signal,
      onProgress: (_run, opensAt) => onProgress(opensAt),
    })
  const items = async (): Promise<readonly (readonly string[])[]> => {
    const {rows} = await pipeline.database.query<{business_key: string; state: string; why: string | null}>(
      'select business_key, state, why from erpsync.resync_item order by run_id, position',
    )
    return rows.map(({business_key, state, why}) => [business_key, state, ...(why === null ? [] : [why])])
  }

  it('waits outside its window, and goes on inside', async () => {
    const documents = orders('NIGHT', 3)
    await lose(...documents)
    const held = lease()
    const id = await begin(await plan(documents), held, {window: '20:00-06:00 UTC'})
    worker = await pipeline.startWorker()
    let now = new Date('2026-11-26T19:59:00Z')
    const openings: (string | undefined)[] = []

    const ending = carry(id, held, {now: () => now, onProgress: (at) => openings.push(at?.toISOString())})
    await eventually(() => openings.length >= 5)
    const before = await items()
    now = new Date('2026-11-26T20:00:00Z')
    const {end, run} = await ending

    assert.deepEqual(
      before.map(([, state]) => state),
      ['pending', 'pending', 'pending'],
    )
    assert.equal(openings[0], '2026-11-26T20:00:00.000Z')
    assert.deepEqual([end, run.counts.resolved], ['finished', 3])
  })

  it('skips a key that has moved since the run began, and leaves the newer state alone', async () => {
    const documents = orders('MOVES', 3)
    await lose(...documents)
    const held = lease()
    const id = await begin(await plan(documents), held)
    await pipeline.push(order('MOVES-2', {revision: 2}))
    worker = await pipeline.startWorker()
    await pipeline.reaches(order('MOVES-2', {revision: 2}), 'synced')
    // Of one version: by its number alone nobody could tell that it is newer.
    const {flow, ordering} = await openDoor(findFlow(pipeline.config, 'sales-order'))
    const twin = {...admissible(order('MOVES-3', {currency: 'EUR'})), idempotencyKey: 'twin', reference: 'twin'}
    await acceptDocuments(pipeline.database, {flow, ordering}, [twin], async (tx) => {
      await tx.query(`update erpsync.message set state = 'synced', finished_at = now() where reference = 'twin'`)
    })

    const {end} = await carry(id, held)

    assert.equal(end, 'finished')
    assert.deepEqual(await items(), [
      ['MOVES-1', 'resolved'],
      ['MOVES-2', 'skipped', 'version 1 of MOVES-2 is older than the newest that was accepted, 2'],
      ['MOVES-3', 'skipped', 'a newer message of its key is there'],
    ])
    assert.equal((await pipeline.admin.effectOf('MOVES-2/1')).creates, 1)
  })

  it('refuses keys that another live run has, and takes them once that is over', async () => {
    const documents = orders('TWICE', 2)
    await lose(...documents)
    const entries = await plan(documents)
    const first = await begin(entries, lease())

    const second = await start(entries, lease())
    assert.deepEqual(second, {kind: 'taken'})
    await cancelRun(pipeline.database, first, ada)
    const third = await start(entries, lease())

    assert.equal(third.kind, 'started')
    assert.deepEqual((await items()).filter(([, state]) => state === 'skipped').length, 2)
  })

  it('refuses the whole plan where keys have moved, and names them', async () => {
    const documents = orders('PLAN', 3)
    await lose(...documents)
    const entries = await plan(documents)
    await pipeline.push(order('PLAN-3', {revision: 2}))

    const starting = await start(entries, lease())

    assert.ok(starting.kind === 'moved')
    assert.deepEqual([starting.count, starting.moved[0]?.key], [1, 'PLAN-3'])
    assert.deepEqual(await items(), [])
  })

  it('pauses by its signal, and another process goes on', async () => {
    const documents = orders('STOP', 30)
    await lose(...documents)
    const held = lease()
    const id = await begin(await plan(documents), held, {guards: {ratePerS: 10}})
    worker = await pipeline.startWorker()
    const stopping = new AbortController()

    const ending = carry(id, held, {signal: stopping.signal})
    await eventually(async () => (await items()).some(([, state]) => state === 'resolved'))
    stopping.abort()
    const interrupted = await ending

    assert.deepEqual([interrupted.end, interrupted.run.state], ['interrupted', 'paused'])
    assert.ok(interrupted.run.counts.pending > 0 && interrupted.run.counts.sent === 0)
    const other = lease()
    assert.equal((await resumeRun(pipeline.database, id, other, ada)).kind, 'changed')
    assert.deepEqual((await carry(id, other)).run.counts.resolved, 30)
  })

  it('notices that another process has taken over, or that somebody has paused it', async () => {
    const documents = orders('LEASE', 30)
    await lose(...documents)
    const held = lease(400)
    const id = await begin(await plan(documents), held, {guards: {ratePerS: 1}})
    const ending = carry(id, held)

    await pipeline.database.query(
      `update erpsync.resync_run set lease_until = now() - interval '1 second' where id = $1`,
      [id],
    )
    await pipeline.database.query(
      `update erpsync.resync_run set lease_owner = 'other', lease_until = now() + interval '1 minute' where id = $1`,
      [id],
    )
    assert.equal((await ending).end, 'taken_over')
    await haltRun(pipeline.database, id, {state: 'paused', why: 'enough'}, ada)
    const other = lease()
    await resumeRun(pipeline.database, id, other, ada)
    const again = carry(id, other)
    await haltRun(pipeline.database, id, {state: 'paused', why: 'enough'}, ada)
    assert.equal((await again).end, 'paused')
  })

  it('is finished by the worker where nobody waits for it', async () => {
    const documents = orders('ALONE', 3)
    await lose(...documents)
    const held = lease()
    const id = await begin(await plan(documents), held)
    const door = await openDoor(findFlow(pipeline.config, 'sales-order'))

    const internal = ledgerSide(pipeline.database, 'sales-order')
    await sendAtOnce(id, {database: pipeline.database, door, internal, lease: held, operator: ada})
    worker = await pipeline.startWorker()

    await eventually(async () => (await findRun(pipeline.database, id))?.state === 'finished', {timeoutMs: 15_000})
    assert.deepEqual(
      (await items()).map(([, state]) => state),
      ['resolved', 'resolved', 'resolved'],
    )
  })
})
