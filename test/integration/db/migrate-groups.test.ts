import assert from 'node:assert/strict'
import {readdir, readFile} from 'node:fs/promises'
import {type Database, openDatabase} from '#lib/db/database.js'
import {newId} from '#lib/kernel/ids.js'
import {freshDatabase, type FreshDatabase} from '../../support/fresh-database.js'
import {miscounts} from '../../support/letters.js'

describe('the migration that brings groups', function () {
  this.timeout(30_000)
  const folder = new URL('../../../src/lib/db/migrations/', import.meta.url)
  let fresh: FreshDatabase
  let database: Database
  before(async () => {
    fresh = await freshDatabase()
    database = openDatabase(fresh.url, {max: 1})
  })
  after(async () => {
    await database.close()
    await fresh.drop()
  })

  it('groups the letters that are there, and counts them', async () => {
    const names = (await readdir(folder)).toSorted()
    const groups = names.find((name) => name.endsWith('_groups.sql')) ?? ''
    await database.query('create schema erpsync')
    for (const name of names.filter((earlier) => earlier < groups)) await run(name)
    for (const [key, code, state] of [
      ['A', 'sap:V1/302', 'open'],
      ['A', 'sap:V1/302', 'open'],
      ['B', 'sap:V1/302', 'resolved'],
      ['C', 'http:503', 'resolved'],
    ] as const) {
      await bury(key, code, state)
    }

    await run(groups)

    const {rows} = await database.query(
      `select code, version, template, sample, open::integer, resolved::integer, keys::integer, resolved_at is not null as over
         from erpsync.dead_letter_group order by code`,
    )
    const common = {version: 0, template: '', sample: 'refused'}
    assert.deepEqual(rows, [
      {...common, code: 'http:503', open: 0, resolved: 1, keys: 0, over: true},
      {...common, code: 'sap:V1/302', open: 2, resolved: 1, keys: 1, over: false},
    ])
    assert.deepEqual(await miscounts(database), [])
  })

  async function run(name: string): Promise<void> {
    await database.query(await readFile(new URL(name, folder), 'utf8'))
  }

  async function bury(key: string, code: string, state: 'open' | 'resolved'): Promise<void> {
    const id = newId()
    await database.query(
      `insert into erpsync.message (id, flow, business_key, idempotency_key, payload, payload_hash, state, attempts)
       values ($1::uuid, 'orders', $2, $1::uuid::text, '{}', 'x', 'dead', 1)`,
      [id, key],
    )
    await database.query(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at, state, decided_at)
       values ($1, 'orders', $1, 1, 'permanent', 'no', $2, 'refused', 'call', now(), $3::text, case $3::text when 'resolved' then now() end)`,
      [id, code, state],
    )
  }
})
