import assert from 'node:assert/strict'
import {type Database, isPassingDatabaseError, openDatabase} from '#lib/db/database.js'
import {persist} from '#lib/db/persist.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../../support/eventually.js'
import {freshDatabase, type FreshDatabase} from '../../support/fresh-database.js'
import {recordingLog} from '../../support/recording-log.js'
import {openRelay, type Relay} from '../../support/relay.js'

describe('openDatabase', function () {
  this.timeout(30_000)
  let fresh: FreshDatabase
  let relay: Relay
  let database: Database
  beforeEach(async () => {
    fresh = await freshDatabase()
    const address = new URL(fresh.url)
    relay = await openRelay(Number(address.port))
    address.port = String(relay.port)
    database = openDatabase(address.toString(), {max: 2})
  })
  afterEach(async () => {
    relay.die()
    await database.close()
    await fresh.drop()
  })

  const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => assert.fail('nothing was thrown'),
      (error: unknown) => error,
    )

  it('says where PostgreSQL should be, and not with which password', async () => {
    relay.die()

    const error = await thrownBy(database.query('select 1'))

    assert.ok(error instanceof ErpSyncError)
    assert.deepEqual([error.code, error.exitCode], ['postgres_unreachable', exitCodes.unreachable])
    assert.ok(error.message.includes(`127.0.0.1:${relay.port}`))
    assert.ok(!error.message.includes(new URL(fresh.url).password))
  })

  it('tells refused credentials and a missing database from a server that is away', async () => {
    const address = new URL(fresh.url)
    address.password = 'wrong-one'
    const elsewhere = new URL(fresh.url)
    elsewhere.pathname = '/nowhere'
    const found: unknown[] = []

    for (const url of [address, elsewhere]) {
      const wrong = openDatabase(url.toString(), {max: 1})
      found.push(await thrownBy(wrong.query('select 1')), await thrownBy(wrong.transaction(async () => {})))
      await wrong.close()
    }

    assert.deepEqual(
      found.map((error) => error instanceof ErpSyncError && [error.code, error.exitCode]),
      [
        ['postgres_access_refused', exitCodes.credentials],
        ['postgres_access_refused', exitCodes.credentials],
        ['postgres_database_missing', exitCodes.configuration],
        ['postgres_database_missing', exitCodes.configuration],
      ],
    )
    assert.ok(!found.some((error) => String(error).includes('wrong-one')))
  })

  it('refuses an address that is none of PostgreSQL before anything is connected', () => {
    assert.throws(
      () => openDatabase('db.example.com'),
      (error) => error instanceof ErpSyncError && error.exitCode === exitCodes.configuration,
    )
  })

  it('connects again after a loss', async () => {
    await database.query('select 1')
    relay.die()
    await thrownBy(database.query('select 1'))

    await relay.revive()

    await eventually(async () => (await database.query('select 1')).rowCount === 1)
  })

  it('takes a connection that is lost between two statements for a loss that passes', async () => {
    const error = await thrownBy(
      database.transaction(async (tx) => {
        await tx.query('select 1')
        relay.die()
        await thrownBy(tx.query('select pg_sleep(5)'))
        await tx.query('select 1')
      }),
    )

    assert.ok(isPassingDatabaseError(error), String(error))
  })

  it('takes a server that was stopped under it for a loss that passes', async () => {
    const error = await thrownBy(
      database.transaction(async (tx) => {
        const {rows} = await tx.query<{pid: number}>('select pg_backend_pid() as pid')
        const other = openDatabase(fresh.url, {max: 1})
        await other.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await other.close()
        await tx.query('select 1')
      }),
    )

    assert.ok(isPassingDatabaseError(error), String(error))
  })

  it('takes a server that is read-only for one that passes, and a mistake for one that does not', async () => {
    const readOnly = await thrownBy(
      database.transaction(async (tx) => {
        await tx.query('set transaction read only')
        await tx.query('create table note (text text)')
      }),
    )

    assert.equal(isPassingDatabaseError(readOnly), true)
    assert.equal(isPassingDatabaseError(await thrownBy(database.query('select nonsense'))), false)
  })

  it('undoes a transaction that throws', async () => {
    await database.query('create table note (text text)')

    await thrownBy(
      database.transaction(async (tx) => {
        await tx.query(`insert into note values ('half')`)
        throw new Error('changed my mind')
      }),
    )

    assert.equal((await database.query('select from note')).rowCount, 0)
  })

  it('runs statements at once as one transaction, and answers what the last one does', async () => {
    const insert = (text: string) => ({name: 'insert', sql: 'insert into note values ($1)', values: [text]})
    await database.query('create table note (text text, at timestamptz default now())')

    const {rows} = await database.atOnce<{count: number; times: number}>([
      insert('one'),
      insert('two'),
      {
        name: 'count',
        sql: 'select count(*)::integer as count, count(distinct at)::integer as times from note',
        values: [],
      },
    ])

    assert.deepEqual(rows, [{count: 2, times: 1}])
    assert.equal((await database.query('select from note')).rowCount, 2)
  })

  it('undoes all statements of a transaction at once of which one fails, and tells that one', async () => {
    await database.query('create table note (text text not null)')
    const insert = (text: string | null) => ({name: 'insert', sql: 'insert into note values ($1)', values: [text]})

    const thrown = await thrownBy(database.atOnce([insert('before'), insert(null), insert('after')]))

    assert.equal((thrown as {code?: string}).code, '23502')
    assert.equal((await database.query('select from note')).rowCount, 0)
    const {rows} = await database.atOnce([{name: 'one', sql: 'select 1 as one', values: []}])
    assert.deepEqual(rows, [{one: 1}])
  })

  it('takes a connection that is lost in the midst of a transaction at once for a loss that passes', async () => {
    const watcher = openDatabase(fresh.url, {max: 1})
    const working = thrownBy(database.atOnce([{name: 'sleep', sql: 'select pg_sleep(20)', values: []}]))
    await eventually(async () => (await watcher.query(sleeping)).rowCount === 1)
    await watcher.close()
    relay.die()

    assert.equal(isPassingDatabaseError(await working), true)
    await relay.revive()
    const {rows} = await database.atOnce([{name: 'one', sql: 'select 1 as one', values: []}])
    assert.deepEqual(rows, [{one: 1}])
  })

  it('listens again after a loss', async () => {
    let heard = 0
    const listener = database.listen('test_channel', () => (heard += 1))
    await eventually(() => heard === 1)
    relay.die()
    await relay.revive()
    await eventually(() => heard === 2)

    await eventually(async () => (await database.query(`select pg_notify('test_channel', '')`)).rowCount === 1)

    await eventually(() => heard === 3)
    await listener.close()
  })

  it('carries out ledger work as soon as PostgreSQL is back', async () => {
    relay.die()
    const log = recordingLog()
    const work = persist(async () => database.query('select 1'), {log, signal: new AbortController().signal})
    await eventually(() => log.has('ledger not reachable; waiting'))

    await relay.revive()

    assert.equal((await work).rowCount, 1)
  })

  it('gives up waiting when the signal aborts', async () => {
    relay.die()
    const stop = new AbortController()
    const log = recordingLog()
    const work = thrownBy(persist(async () => database.query('select 1'), {log, signal: stop.signal}))
    await eventually(() => log.has('ledger not reachable; waiting'))

    stop.abort()

    assert.ok(isPassingDatabaseError(await work))
  })
})

const sleeping = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
