import assert from 'node:assert/strict'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase, requireCurrentSchema, schemaStatus} from '#lib/db/migrate.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {freshDatabase, type FreshDatabase} from '../../support/fresh-database.js'

describe('migrateDatabase', function () {
  this.timeout(30_000)
  let fresh: FreshDatabase
  let database: Database
  beforeEach(async () => {
    fresh = await freshDatabase()
    database = openDatabase(fresh.url)
  })
  afterEach(async () => {
    await database.close()
    await fresh.drop()
  })

  it('brings an empty database up to this release, and does nothing the second time', async () => {
    const before = await schemaStatus(database)

    const applied = await migrateDatabase(database)

    assert.equal(before.current, 0)
    assert.deepEqual(applied, before.pending)
    assert.ok(applied.length > 0)
    assert.deepEqual(await migrateDatabase(database), [])
    const {current, latest, pending} = await schemaStatus(database)
    assert.deepEqual([current, pending], [latest, []])
    await requireCurrentSchema(database)
  })

  it('applies each migration once when several hosts try at the same time', async () => {
    const hosts = Array.from({length: 4}, () => openDatabase(fresh.url, {max: 1}))

    const applied = await Promise.all(hosts.map(migrateDatabase))

    assert.deepEqual(
      applied.flat(),
      (await schemaStatus(database)).applied.map(({name}) => name),
    )
    await Promise.all(hosts.map(async (host) => host.close()))
  })

  it('refuses a database of a newer release', async () => {
    await migrateDatabase(database)
    await database.query(`insert into erpsync.migration (number, name) values (9999, '9999_future.sql')`)
    const refusal = {code: 'schema_newer', exitCode: exitCodes.configuration}

    await assert.rejects(migrateDatabase(database), refusal)
    await assert.rejects(requireCurrentSchema(database), refusal)
  })

  it('leaves no half of a migration behind', async () => {
    await database.query('create schema erpsync')
    await database.query('create table erpsync.outbox (id integer)')

    await assert.rejects(migrateDatabase(database), {code: '42P07'})

    assert.equal((await schemaStatus(database)).current, 0)
    const {rows} = await database.query<{there: boolean}>(`select to_regclass('erpsync.message') is not null as there`)
    assert.deepEqual(rows, [{there: false}])
  })

  it('is asked for by whoever finds an older schema', async () => {
    await assert.rejects(requireCurrentSchema(database), {
      code: 'schema_outdated',
      exitCode: exitCodes.configuration,
      hint: 'Type: erpsync db migrate',
    })
  })
})
