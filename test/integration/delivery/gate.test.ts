import assert from 'node:assert/strict'
import {parseClosedWindow} from '#lib/config/closed-window.js'
import type {Flow} from '#lib/config/load.js'
import type {BreakerSettings, LimitSettings} from '#lib/config/schema.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {type Gate, openGate} from '#lib/delivery/gate.js'
import {pauseDeliveries, resumeDestination, resumeFlow} from '#lib/delivery/pauses.js'
import type {Entry, Permit} from '#lib/delivery/permit.js'
import type {SubmitOutcome} from '#lib/erp/connector.js'
import {eventually} from '../../support/eventually.js'
import {freshDatabase, type FreshDatabase} from '../../support/fresh-database.js'
import {ada} from '../../support/operator.js'
import {recordingLog} from '../../support/recording-log.js'

interface Settings {
  readonly limits?: Partial<LimitSettings>
  readonly breaker?: Partial<BreakerSettings>
  readonly maxWaitMs?: number
}

describe('openGate', function () {
  this.timeout(30_000)
  let fresh: FreshDatabase
  let database: Database
  let gates: Gate[] = []
  let now = new Date('2026-03-02T12:00:00Z')
  beforeEach(async () => {
    fresh = await freshDatabase(migrateDatabase)
    database = openDatabase(fresh.url, {max: 8})
    now = new Date('2026-03-02T12:00:00Z')
  })
  afterEach(async () => {
    await Promise.all(gates.map(async (gate) => gate.close()))
    gates = []
    await database.close()
    await fresh.drop()
  })

  /** The gate of one worker. */
  const open = async (name: string, settings: Settings = {}, stop = new AbortController()) => {
    const flows = [flow('orders', settings), flow('partners', settings)] as const
    const {signal} = new AbortController()
    const parts = {name, database, clock: {now: () => now}, log: recordingLog(), signal}
    const gate = await openGate(parts, flows, stop.signal, {maxWaitMs: settings.maxWaitMs ?? 60_000})
    gates.push(gate)
    return {log: parts.log, stop, orders: () => gate.enter(flows[0]), partners: () => gate.enter(flows[1])}
  }

  it('lets nobody in while the destination is paused, and everybody when it is resumed', async () => {
    const {orders, partners} = await open('a')
    await pauseDeliveries(database, pause('destination', 's4'), ada)
    await isHeld(orders)
    const waiting = [orders(), partners()]

    await resumeDestination(database, 's4', ada)

    assert.deepEqual(await kinds(waiting), ['admitted', 'admitted'])
  })

  it('holds a paused flow, and only that', async () => {
    const {orders, partners} = await open('a')
    await pauseDeliveries(database, pause('flow', 'orders'), ada)
    await isHeld(orders)
    const waiting = orders()

    assert.equal((await partners()).kind, 'admitted')
    await resumeFlow(database, 'orders', ada)
    assert.equal((await waiting).kind, 'admitted')
  })

  it('goes on by itself when the time of a pause is over', async () => {
    const {orders} = await open('a')
    await pauseDeliveries(database, {...pause('destination', 's4'), forMs: 500}, ada)
    await isHeld(orders)

    assert.equal((await orders()).kind, 'admitted')
  })

  it('lets nobody in during a closed window', async () => {
    now = new Date('2026-03-08T02:59:00Z')
    const closed = [parseClosedWindow('Sun 02:00-04:00 Europe/Berlin') ?? assert.fail()]
    const {orders} = await open('a', {limits: {closed}, maxWaitMs: 10_000})
    const open1 = orders()
    now = new Date('2026-03-08T03:00:01Z')

    assert.equal((await open1).kind, 'admitted')
    now = new Date('2026-03-08T01:30:00Z')
    await isHeld(orders)
  })

  it('opens the breaker of all workers on failures in a row of any, and closes it when the probe succeeds', async () => {
    const settings = {breaker: {failures: 2, probeEvery: 300}}
    const [a, b] = [await open('a', settings), await open('b', settings)]
    await (await admitted(a.orders())).spend(away)
    await (await admitted(b.orders())).spend(away)
    assert.equal(await breaker(database), 'open')
    await isHeld(async () => a.orders())

    const waiting = [a.orders(), a.orders(), b.orders(), b.orders()]
    const first = await Promise.race(waiting)
    const probing = await breaker(database)
    const others = await Promise.race([...waiting.map(async (entry) => other(entry, first)), stillHeld()])
    assert.ok(first.kind === 'admitted')
    await first.permit.spend(done)

    assert.deepEqual([probing, others], ['half_open', 'held'])
    assert.deepEqual(await kinds(waiting), ['admitted', 'admitted', 'admitted', 'admitted'])
    assert.equal(await breaker(database), 'closed')
  })

  it('lets another worker probe when the one that did has nothing to tell', async () => {
    const settings = {breaker: {failures: 1, probeEvery: 100}}
    const [a, b] = [await open('a', settings), await open('b', settings)]
    await (await admitted(a.orders())).spend(away)

    await (await admitted(a.orders())).giveBack()

    assert.equal((await b.orders()).kind, 'admitted')
    assert.equal(await breaker(database), 'half_open')
  })

  it('never lets in more of all workers than the limit, and gives each its share', async () => {
    const workers = await Promise.all(['a', 'b', 'c'].map(async (name) => open(name, {limits: {concurrency: 4}})))
    const calls = new Map<string, number>()
    let atOnce = 0
    let most = 0

    await Promise.all(
      workers.flatMap(({orders}, index) =>
        Array.from({length: 30}, async () => {
          const permit = await admitted(orders())
          atOnce += 1
          most = Math.max(most, atOnce)
          calls.set(String(index), (calls.get(String(index)) ?? 0) + 1)
          await permit.spend(async () => done(100))
          atOnce -= 1
        }),
      ),
    )

    assert.equal(most, 4)
    assert.deepEqual([...calls.values()], [30, 30, 30])
  })

  it('gives the slots of a worker that is gone to the others', async () => {
    const [a] = [await open('a', {limits: {concurrency: 4}}), await open('b', {limits: {concurrency: 4}})]
    await Promise.all([admitted(a.orders()), admitted(a.orders())])

    await gates.pop()?.close()

    await Promise.all([admitted(a.orders()), admitted(a.orders())])
    await isHeld(a.orders)
  })

  it('keeps the rate of all workers together', async () => {
    const limits = {concurrency: 10, perSecond: 20}
    const workers = [await open('a', {limits}), await open('b', {limits})]
    const begun = performance.now()

    await Promise.all(
      workers.flatMap(({orders}) =>
        Array.from({length: 20}, async () => (await admitted(orders())).spend(async () => done(1))),
      ),
    )

    const seconds = (performance.now() - begun) / 1000
    assert.ok(seconds >= 1.7, `40 calls in ${seconds} s`)
  })

  it('lets flows take turns at the slots', async () => {
    const {orders, partners} = await open('a', {limits: {concurrency: 1}})
    const first = await admitted(orders())
    const served: string[] = []
    const work = async (name: string, entry: Promise<Entry>): Promise<void> => {
      const permit = await admitted(entry)
      served.push(name)
      await permit.spend(async () => done(1))
    }
    const works = [
      ...Array.from({length: 6}, async () => work('orders', orders())),
      ...Array.from({length: 3}, async () => work('partners', partners())),
    ]

    await first.spend(done)
    await Promise.all(works)

    assert.deepEqual(
      served.slice(0, 6).filter((name) => name === 'partners'),
      ['partners', 'partners', 'partners'],
    )
  })

  it('raises the limit of all workers while SAP bears it, and lowers it when SAP asks for less', async () => {
    const {orders} = await open('a', {limits: {concurrency: 2, adaptive: {floor: 1, ceiling: 6}}})
    const limit = async () => {
      const {rows} = await database.query<{adaptive_limit: number | null}>(
        'select adaptive_limit from erpsync.destination',
      )
      return rows[0]?.adaptive_limit ?? 0
    }
    let isOver = false
    let outcome = async (): Promise<SubmitOutcome> => done(30)
    const caller = async (): Promise<void> => {
      while (!isOver) await (await admitted(orders())).spend(async () => outcome())
    }
    const callers = Array.from({length: 10}, caller)

    await eventually(async () => (await limit()) >= 4, {timeoutMs: 15_000})
    outcome = async () => failed({class: 'throttled', code: 'http:429'}, 30)
    await eventually(async () => (await limit()) <= 2, {timeoutMs: 15_000})
    isOver = true
    await Promise.all(callers)
  })

  it('sends away who waits too long', async () => {
    const {orders} = await open('a', {maxWaitMs: 50})
    await pauseDeliveries(database, pause('destination', 's4'), ada)
    await eventually(async () => (await orders()).kind === 'overdue')
  })

  it('sends everybody away on the stop signal, and lets calls under way end', async () => {
    const {orders, stop} = await open('a', {limits: {concurrency: 1}})
    const underWay = await admitted(orders())
    const waiting = [orders(), orders()]

    stop.abort()

    assert.deepEqual(await kinds(waiting), ['stopped', 'stopped'])
    assert.deepEqual(await underWay.spend(done), {kind: 'done', documentNumber: null})
    assert.equal((await orders()).kind, 'stopped')
  })

  it('leaves no share behind when it closes', async () => {
    await open('a')

    await gates.pop()?.close()

    const {rows} = await database.query('select worker from erpsync.worker_share')
    assert.deepEqual(rows, [])
  })
})

function flow(name: string, {limits = {}, breaker = {}}: Settings): Flow {
  const target = {
    kind: 'odata',
    baseUrl: 'http://127.0.0.1:1',
    language: 'EN',
    timeout: 1000,
    limits: {concurrency: 8, closed: [], ...limits},
    breaker: {failures: 5, within: 60_000, probeEvery: 30_000, ...breaker},
  } as const
  return {name, destination: 's4', target} as unknown as Flow
}

function pause(scope: 'destination' | 'flow', name: string) {
  return {scope, name, forMs: null}
}

async function admitted(entering: Promise<Entry>): Promise<Permit> {
  const entry = await entering
  return entry.kind === 'admitted' ? entry.permit : assert.fail(entry.kind)
}

async function kinds(entries: readonly Promise<Entry>[]): Promise<readonly string[]> {
  return Promise.all(entries.map(async (entry) => (await entry).kind))
}

/** Waits until one who enters has to wait; those that came in before leave again. */
async function isHeld(enter: () => Promise<Entry>): Promise<void> {
  await eventually(async () => {
    const entry = enter()
    const outcome = await Promise.race([entry, stillHeld()])
    if (outcome === 'held') {
      void entry.then(async (late) => (late.kind === 'admitted' ? late.permit.giveBack() : undefined))
      return true
    }
    if (outcome.kind === 'admitted') await outcome.permit.giveBack()
    return false
  })
}

/** For so long nothing has happened that would have happened at once. */
async function stillHeld(): Promise<'held'> {
  return new Promise((tell) => setTimeout(() => tell('held'), 150))
}

async function other(entry: Promise<Entry>, first: Entry): Promise<'other'> {
  if ((await entry) === first) await new Promise(() => {})
  return 'other'
}

async function done(ms = 0): Promise<SubmitOutcome> {
  await new Promise((ended) => setTimeout(ended, ms))
  return {kind: 'done', documentNumber: null}
}

async function away(): Promise<SubmitOutcome> {
  return failed({class: 'transient', code: 'net:ECONNREFUSED'})
}

async function failed(
  failure: {readonly class: 'transient' | 'throttled'; readonly code: string},
  ms = 0,
): Promise<SubmitOutcome> {
  await new Promise((ended) => setTimeout(ended, ms))
  return {kind: 'failed', failure: {...failure, executed: 'no', text: '', stage: 'call'}}
}

async function breaker(database: Database): Promise<string | undefined> {
  const {rows} = await database.query<{breaker: string}>('select breaker from erpsync.destination')
  return rows[0]?.breaker
}
