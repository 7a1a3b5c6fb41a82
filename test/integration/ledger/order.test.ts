import assert from 'node:assert/strict'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import type {Failure} from '#lib/kernel/failure.js'
import {actByHand} from '#lib/ledger/by-hand.js'
import {openBook} from '#lib/ledger/book.js'
import {listHeldKeys} from '#lib/ledger/held-keys.js'
import {freshDatabase, type FreshDatabase} from '../../support/fresh-database.js'
import {ada} from '../../support/operator.js'

describe('order within a key', () => {
  let fresh: FreshDatabase
  let database: Database

  before(async () => {
    fresh = await freshDatabase(migrateDatabase)
    database = openDatabase(fresh.url)
  })

  after(async () => {
    await database.close()
    await fresh.drop()
  })

  describe('latest', () => {
    it('supersedes older versions that are not under way, and late ones at once', async () => {
      const {accept, states} = flow(database, 'latest')

      await accept('a', 2)
      await accept('a', 10)
      await accept('a', 9)

      assert.deepEqual(await states('a'), {2: 'superseded', 9: 'superseded', 10: 'accepted'})
    })

    it('holds a newer version while an older one is in flight, and sends it afterwards', async () => {
      const {accept, claim, synced, states, copies} = flow(database, 'latest')
      await accept('a', 1)
      assert.equal(await claim('a', 1), 'granted')
      await accept('a', 2)

      assert.deepEqual(await states('a'), {1: 'in_flight', 2: 'held'})
      assert.equal(await copies('a', 2), 0)
      await synced('a', 1)

      assert.deepEqual(await states('a'), {1: 'synced', 2: 'accepted'})
      assert.equal(await copies('a', 2), 1)
      assert.equal(await claim('a', 2), 'granted')
    })

    it('does not retry an older version once a newer one is there', async () => {
      const {accept, claim, retry, states} = flow(database, 'latest')
      await accept('a', 1)
      await claim('a', 1)
      await accept('a', 2)
      await accept('a', 3)

      await retry('a', 1)

      assert.deepEqual(await states('a'), {1: 'superseded', 2: 'superseded', 3: 'accepted'})
    })

    it('keeps an older version that is in doubt in the way of a newer one', async () => {
      const {accept, claim, doubt, states, synced} = flow(database, 'latest')
      await accept('a', 1)
      await claim('a', 1)
      await doubt('a', 1)
      await accept('a', 2)
      assert.deepEqual(await states('a'), {1: 'in_doubt', 2: 'held'})

      await synced('a', 1)

      assert.deepEqual(await states('a'), {1: 'synced', 2: 'accepted'})
    })
  })

  describe('strict', () => {
    it('lets one message of a key go after the other', async () => {
      const {accept, claim, synced, states} = flow(database, 'strict')
      await accept('a', 1)
      await accept('a', 2)
      await accept('a', 3)
      assert.deepEqual(await states('a'), {1: 'accepted', 2: 'held', 3: 'held'})

      await claim('a', 1)
      await synced('a', 1)

      assert.deepEqual(await states('a'), {1: 'synced', 2: 'accepted', 3: 'held'})
    })

    it('holds only its own key behind a dead message, and says so', async () => {
      const {name, accept, claim, dead, states} = flow(database, 'strict')
      await accept('a', 1)
      await accept('a', 2)
      await accept('b', 1)
      await claim('a', 1)
      await dead('a', 1)

      assert.deepEqual(await states('a'), {1: 'dead', 2: 'held'})
      assert.deepEqual(await states('b'), {1: 'accepted'})
      const [held] = await listHeldKeys(database, {flow: name, limit: 10})
      assert.deepEqual(
        {key: held?.key, held: held?.held, state: held?.holder?.state, code: held?.holder?.code},
        {key: 'a', held: 1, state: 'dead', code: 'sap:V1/302'},
      )
    })

    it('goes on behind a dead message that a person released or skipped', async () => {
      const {accept, claim, dead, states, idOf} = flow(database, 'strict')
      for (const version of [1, 2, 3]) await accept('a', version)
      await claim('a', 1)
      await dead('a', 1)

      const waived = await actByHand(database, await idOf('a', 1), {kind: 'waive'}, ada)
      assert.deepEqual(waived, {kind: 'done', released: 1})
      assert.deepEqual(await states('a'), {1: 'dead', 2: 'accepted', 3: 'held'})

      await claim('a', 2)
      await dead('a', 2)
      const skipped = await actByHand(database, await idOf('a', 2), {kind: 'skip'}, ada)
      assert.deepEqual(skipped, {kind: 'done', released: 1})
      assert.deepEqual(await states('a'), {1: 'dead', 2: 'discarded', 3: 'accepted'})
      const {rows} = await database.query('select action, actor, before, after from erpsync.trail order by seq')
      assert.deepEqual(rows, [
        {action: 'key.release', actor: 'ada', before: {state: 'dead'}, after: {waived: true}},
        {action: 'key.skip', actor: 'ada', before: {state: 'dead'}, after: {state: 'discarded'}},
      ])
    })

    it('puts versions in order that are held still, and refuses one that comes too late', async () => {
      const {accept, states, claim, synced} = flow(database, 'strict')
      await accept('a', 1)
      await accept('a', 5)
      await accept('a', 3)
      await claim('a', 1)
      await synced('a', 1)
      assert.deepEqual(await states('a'), {1: 'synced', 3: 'accepted', 5: 'held'})

      const late = await accept('a', 2)

      assert.equal(late?.kind, 'refused')
      assert.equal((await accept('a', 1))?.kind, 'duplicate')
    })
  })
})

let flows = 0

/** A flow of its own for each test, driven by key and version. */
function flow(database: Database, ordering: Ordering) {
  flows += 1
  const name = `flow-${flows}`
  const book = openBook(database)

  const read = async (key: string) => {
    const {rows} = await database.query<{id: string; version: string; state: string; attempts: number}>(
      'select id, version, state, attempts from erpsync.message where flow = $1 and business_key = $2 order by seq',
      [name, key],
    )
    return rows
  }
  const find = async (key: string, version: number) => {
    const row = (await read(key)).find((candidate) => candidate.version === String(version))
    assert.ok(row)
    return row
  }
  const settleAs = async (key: string, version: number, how: object) => {
    const {id, attempts} = await find(key, version)
    await book.settle({messageId: id, attempt: attempts, ...how} as Parameters<typeof book.settle>[0])
  }
  return {
    name,
    accept: async (key: string, version: number): Promise<Verdict | undefined> => {
      const document = {key, version}
      const [verdict] = await acceptDocuments(database, {flow: name, ordering}, [
        {
          kind: 'admissible',
          document,
          key,
          version: String(version),
          idempotencyKey: `${key}@${version}`,
          reference: null,
          hash: payloadHash(document),
        },
      ])
      return verdict
    },
    claim: async (key: string, version: number): Promise<string> => {
      const {id, attempts} = await find(key, version)
      return (await book.claim({messageId: id, attempt: attempts + 1, lane: 'work', worker: 'test'})).kind
    },
    synced: async (key: string, version: number) => settleAs(key, version, {kind: 'synced', documentNumber: '1'}),
    retry: async (key: string, version: number) =>
      settleAs(key, version, {kind: 'retry', failure, waitMs: 0, strike: true, resend: false, copy: 'schedule'}),
    doubt: async (key: string, version: number) =>
      settleAs(key, version, {kind: 'in_doubt', failure, waitMs: 0, lane: 'work'}),
    dead: async (key: string, version: number) => settleAs(key, version, {kind: 'dead', failure}),
    states: async (key: string) => Object.fromEntries((await read(key)).map(({version, state}) => [version, state])),
    idOf: async (key: string, version: number) => (await find(key, version)).id,
    copies: async (key: string, version: number): Promise<number> => {
      const {id} = await find(key, version)
      const {rows} = await database.query('select from erpsync.outbox where message_id = $1', [id])
      return rows.length
    },
  }
}

const failure: Failure = {class: 'permanent', executed: 'no', code: 'sap:V1/302', text: 'no', stage: 'call'}
