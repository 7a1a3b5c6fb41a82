import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {verifyTrail} from '#lib/audit/verify-trail.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase, schemaStatus} from '#lib/db/migrate.js'
import {recordAction} from '#lib/ledger/trail.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'

describe('recordAction', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  beforeEach(async () => {
    ledger = await openLedger()
  })
  afterEach(async () => ledger.close())

  const chain = async () => {
    const {rows} = await ledger.database.query<{seq: string; prev: string; hash: string; made: string}>(
      `select seq, encode(prev_hash, 'hex') as prev, encode(hash, 'hex') as hash,
              encode(sha256(convert_to(erpsync.trail_text(t), 'UTF8')), 'hex') as made
         from erpsync.trail t
        order by seq`,
    )
    return rows
  }

  it('writes down who did what to what, why, and how it was before and after', async () => {
    const messageId = await ledger.accept('SO-1')
    const entry = {action: 'key.skip', flow: 'sales-order', messageId, before: {state: 'dead'}} as const

    await recordAction(ledger.database, {...ada, ticket: 'INC-1'}, {...entry, after: {state: 'discarded'}})

    const {rows} = await ledger.database.query(
      `select seq, actor, host, command, action, operation_id, flow, message_id, letter_id, group_id, before, after,
              reason, ticket
         from erpsync.trail`,
    )
    const unused = {operation_id: null, letter_id: null, group_id: null}
    const told = {actor: 'ada', host: 'test', command: 'test', reason: 'because', ticket: 'INC-1'}
    assert.deepEqual(rows, [
      {
        ...unused,
        ...told,
        seq: '1',
        action: 'key.skip',
        flow: 'sales-order',
        message_id: messageId,
        before: {state: 'dead'},
        after: {state: 'discarded'},
      },
    ])
  })

  it('chains what several write at once, in the order in which they commit and without a gap', async () => {
    const writes = Array.from({length: 40}, async (_, index) =>
      ledger.database.transaction(async (tx) => {
        await recordAction(tx, ada, {action: 'erp.call', after: {index}})
        if (index % 4 === 0) throw new Error('given up')
      }),
    )

    const outcomes = await Promise.allSettled(writes)

    const rows = await chain()
    assert.equal(outcomes.filter(({status}) => status === 'rejected').length, 10)
    assert.deepEqual(
      rows.map(({seq}) => Number(seq)),
      Array.from({length: 30}, (_, index) => index + 1),
    )
    assert.deepEqual(
      rows.map(({prev}) => prev),
      ['0'.repeat(64), ...rows.slice(0, -1).map(({hash}) => hash)],
    )
    assert.deepEqual(
      rows.map(({made}) => made),
      rows.map(({hash}) => hash),
    )
  })

  it('makes the same hash under whatever settings of the session', async () => {
    await recordAction(ledger.database, ada, {action: 'erp.call', after: {amount: 1.5, text: 'ä'}})

    const made = await ledger.database.transaction(async (tx) => {
      for (const setting of ["timezone = 'Asia/Tokyo'", "datestyle = 'German'", "bytea_output = 'escape'"]) {
        await tx.query(`set local ${setting}`)
      }
      const {rows} = await tx.query('select erpsync.trail_hash(t) = hash as same from erpsync.trail t')
      return rows
    })

    assert.deepEqual(made, [{same: true}])
  })

  it('takes neither number, time nor hash from who writes', async () => {
    await ledger.database.query(
      `insert into erpsync.trail (seq, at, actor, host, command, action, reason, prev_hash, hash)
       values (77, '2020-01-01', 'eve', 'test', 'test', 'erp.call', 'because', '\\x00', '\\x00')`,
    )

    const {rows} = await ledger.database.query(
      `select seq, at > now() - interval '1 hour' as now, length(hash) as length from erpsync.trail`,
    )
    assert.deepEqual(rows, [{seq: '1', now: true, length: 32}])
  })

  it('never lets an entry be changed or removed', async () => {
    await recordAction(ledger.database, ada, {action: 'erp.call'})

    for (const change of [
      `update erpsync.trail set actor = 'eve'`,
      'delete from erpsync.trail',
      'truncate erpsync.trail',
    ]) {
      await assert.rejects(ledger.database.query(change), {code: '23001', message: /^the trail is only ever added to/})
    }
    assert.equal((await chain()).length, 1)
  })
})

describe('the trail of an older release', function () {
  this.timeout(30_000)

  it('is numbered and chained by the migration, and goes on from there', async () => {
    const fresh = await freshDatabase()
    const database = openDatabase(fresh.url)
    await migrateUpTo(database, '_trail.sql')
    for (const action of ['key.skip', 'erp.call', 'message.resend']) {
      await database.query(
        `insert into erpsync.trail (actor, host, action, reason, detail) values ('ada', 'test', $1, 'because', $2)`,
        [action, action === 'key.skip' ? {} : {of: action}],
      )
      // A number that was drawn and given up.
      await database.query(`select nextval(pg_get_serial_sequence('erpsync.trail', 'seq'))`)
    }

    await migrateDatabase(database)
    await recordAction(database, ada, {action: 'key.skip'})

    const {rows} = await database.query('select seq, action, command, after from erpsync.trail order by seq')
    const verdict = await verifyTrail(database, {
      kept: null,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await database.close()
    await fresh.drop()
    assert.deepEqual(rows, [
      {seq: '1', action: 'key.skip', command: 'key skip', after: null},
      {seq: '2', action: 'erp.call', command: 'erp call', after: {of: 'erp.call'}},
      {seq: '3', action: 'message.resend', command: 'message resolve', after: {of: 'message.resend'}},
      {seq: '4', action: 'key.skip', command: 'test', after: null},
    ])
    assert.deepEqual([verdict.broken, verdict.entries], [null, 4])
  })
})

/** Brings a schema up to the migration before the one whose name ends so. */
async function migrateUpTo(database: Database, ending: string): Promise<void> {
  const names = (await schemaStatus(database)).pending
  const folder = new URL('../../../src/lib/db/migrations/', import.meta.url)
  await database.query('create schema erpsync')
  await database.query(
    'create table erpsync.migration (number integer, name text, applied_at timestamptz default now())',
  )
  for (const name of names.slice(
    0,
    names.findIndex((one) => one.endsWith(ending)),
  )) {
    await database.query(await readFile(new URL(name, folder), 'utf8'))
    await database.query('insert into erpsync.migration (number, name) values ($1, $2)', [
      Number(name.slice(0, 4)),
      name,
    ])
  }
}
