import assert from 'node:assert/strict'
import {openDatabase, type Database} from '#lib/db/database.js'
import {eventually} from '../../support/eventually.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {freshVhost} from '../../support/fresh-vhost.js'

describe('freshDatabase', function () {
  this.timeout(30_000)

  it('clones a template that is prepared once, and keeps its clones apart', async () => {
    let prepared = 0
    const prepare = async (database: Database) => {
      prepared++
      await database.query('create table note (text text not null)')
    }

    const clones = [await freshDatabase(prepare), await freshDatabase(prepare)]
    const databases = clones.map(({url}) => openDatabase(url, {max: 1}))
    await databases[0]?.query("insert into note values ('mine')")
    const counts = await Promise.all(
      databases.map(async (each) => (await each.query('select text from note')).rowCount),
    )

    assert.deepEqual([prepared, counts], [1, [1, 0]])
    await Promise.all(databases.map(async (each) => each.close()))
    await Promise.all(clones.map(async ({drop}) => drop()))
  })

  it('drops a database that still has users', async () => {
    const {url, drop} = await freshDatabase()
    const database = openDatabase(url, {max: 1})
    await database.query('select 1')

    await drop()

    await assert.rejects(database.query('select 1'))
    await database.close()
  })
})

describe('freshVhost', function () {
  this.timeout(30_000)

  it('gives a virtual host of its own that is gone afterwards', async () => {
    const {managementUrl, url, vhost, drop} = await freshVhost()

    assert.equal(new URL(url).pathname, `/${vhost}`)
    assert.equal((await vhosts(managementUrl)).includes(vhost), true)
    await drop()
    assert.equal((await vhosts(managementUrl)).includes(vhost), false)
  })
})

describe('eventually', () => {
  it('gives the first answer that is truthy, through failures before it', async () => {
    let asked = 0
    const answer = async () => {
      if (++asked === 1) throw new Error('not yet')
      return asked === 3 ? 'now' : undefined
    }

    assert.equal(await eventually(answer, {everyMs: 1}), 'now')
  })

  it('fails with the last refusal when time runs out', async () => {
    const refusal = new Error('the queue is not empty')

    await assert.rejects(
      eventually(async () => Promise.reject(refusal), {timeoutMs: 20, everyMs: 5}),
      (error) => error instanceof Error && error.cause === refusal,
    )
  })
})

async function vhosts(managementUrl: string): Promise<string[]> {
  const {origin, username, password} = new URL(managementUrl)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const response = await fetch(`${origin}/api/vhosts`, {headers: {authorization}})
  return ((await response.json()) as {name: string}[]).map(({name}) => name)
}
