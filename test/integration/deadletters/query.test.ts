import assert from 'node:assert/strict'
import {countLetters, pageIds, pageLetters} from '#lib/deadletters/query-letters.js'
import {tagLetters} from '#lib/deadletters/tag-letters.js'
import {archive, bury, letterOf, queryOf} from '../../support/letters.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'

describe('a query', function () {
  this.timeout(60_000)
  let ledger: TestLedger
  const names = new Map<string, string>()
  before(async () => {
    ledger = await openLedger()
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    const add = async (name: string, changes: Parameters<typeof bury>[2]) => {
      const {id, letter} = await bury(ledger, name, changes)
      names.set(letter, name).set(`message ${name}`, id).set(`letter ${name}`, letter)
    }
    await add('WEB-1', {code: 'sap:V1/302', diedAt: hoursAgo(5), text: "50% of O'Hara's_order \\ is LOCKED"})
    await add('WEB-2', {code: 'sap:V1/302', class: 'in_doubt', executed: 'unknown', attempt: 4, diedAt: hoursAgo(3)})
    await add('POS-1', {code: 'http:503', class: 'transient', attempt: 2, diedAt: hoursAgo(1)})
    await add('POS_2', {code: 'map:T2001', stage: 'map', flow: 'business-partner'})
    const refused = letterOf(null, {raw: Buffer.from('{"orderId": 1}'), text: 'no flow'})
    await archive(ledger, [refused])
    names.set(refused.id, 'refused')
    const {rows} = await ledger.database.query<{id: string; key: string}>(
      'select id, business_key as key from erpsync.message',
    )
    for (const {id, key} of rows) {
      const payload = {
        plant: key.startsWith('WEB') ? 'DE01' : 'DE02',
        amount: key === 'WEB-1' ? 99.5 : '120',
        day: `2026-0${rows.length - rows.findIndex((row) => row.id === id)}-15`,
        lines: [{sku: 'A"1'}],
        none: null,
      }
      await ledger.database.query('update erpsync.message set payload = $2 where id = $1', [
        id,
        JSON.stringify(payload),
      ])
    }
    await ledger.database.query(
      `update erpsync.dead_letter set tags = '{ignored,seen-by-ada}' where business_key = 'WEB-1'`,
    )
    await ledger.database.query(
      `update erpsync.dead_letter set state = 'resolved', decided_at = now() where business_key = 'POS_2'`,
    )
  })
  after(async () => ledger.close())

  const found = async (text: string) => {
    const query = queryOf(text)
    const letters = await pageLetters(ledger.database, query, {before: null, limit: 100})
    assert.equal(await countLetters(ledger.database, query), letters.length)
    return letters.map(({id}) => names.get(id)).toSorted()
  }

  const table: readonly (readonly [string, readonly string[]])[] = [
    ['', ['POS-1', 'WEB-1', 'WEB-2', 'refused']],
    ['state:any', ['POS-1', 'POS_2', 'WEB-1', 'WEB-2', 'refused']],
    ['state:resolved,replayed', ['POS_2']],
    ['-state:open', ['POS_2']],
    ['flow:business-partner state:any', ['POS_2']],
    ['flow:sales*', ['POS-1', 'WEB-1', 'WEB-2', 'refused']],
    ['code:sap:V1/302', ['WEB-1', 'WEB-2']],
    ['code:sap:V1/302,http:5*', ['POS-1', 'WEB-1', 'WEB-2']],
    ['-code:sap:*', ['POS-1']],
    ['class:transient,in_doubt executed:unknown', ['WEB-2']],
    ['stage:map state:any', ['POS_2']],
    ['key:WEB-*', ['WEB-1', 'WEB-2']],
    ['key:POS_2 state:any', ['POS_2']],
    ['key:"POS_"* state:any', ['POS_2']],
    ['key:*', ['POS-1', 'WEB-1', 'WEB-2']],
    ['-key:*', ['refused']],
    ['attempts:>=2', ['POS-1', 'WEB-2']],
    ['attempts:4,<2', ['WEB-1', 'WEB-2', 'refused']],
    ['age:>2h', ['WEB-1', 'WEB-2']],
    ['since:4h until:2h', ['WEB-2']],
    ['-since:4h', ['WEB-1']],
    ['text:"is locked"', ['WEB-1']],
    ['text:"50% of O\'Hara\'s_order \\\\"', ['WEB-1']],
    ['text:"50_"', []],
    ['tag:ignored', ['WEB-1']],
    ['tag:seen*', ['WEB-1']],
    ['-tag:ignored', ['POS-1', 'WEB-2', 'refused']],
    ['payload.plant:DE01', ['WEB-1', 'WEB-2']],
    ['payload.plant:DE02,DE03', ['POS-1']],
    ['-payload.plant:DE01', ['POS-1', 'refused']],
    ['payload.plant:DE*', ['POS-1', 'WEB-1', 'WEB-2']],
    ['payload.amount:99.5', ['WEB-1']],
    ['payload.amount:>100', ['POS-1', 'WEB-2']],
    ['payload.amount:>=99.50 payload.amount:<120', ['WEB-1']],
    ['payload.plant:>100', []],
    ['payload.lines.0.sku:"A\\"1"', ['POS-1', 'WEB-1', 'WEB-2']],
    ['payload.none:*', []],
    ['flow:"\'; drop table erpsync.dead_letter; --"', []],
  ]
  for (const [text, wanted] of table) {
    it(`finds by ${JSON.stringify(text)}`, async () => {
      assert.deepEqual(await found(text), wanted)
    })
  }

  it('finds by the ids of letters, messages and groups', async () => {
    const [letter, message] = [names.get('letter WEB-1'), names.get('message POS-1')]
    const {rows} = await ledger.database.query<{group_id: string}>(
      'select group_id from erpsync.dead_letter where id = $1',
      [letter],
    )

    assert.deepEqual(await found(`letter:${letter}`), ['WEB-1'])
    assert.deepEqual(await found(`message:${message},${names.get('message WEB-2')}`), ['POS-1', 'WEB-2'])
    assert.deepEqual(await found(`group:${rows[0]?.group_id}`), ['WEB-1'])
  })

  it('compares dates in documents', async () => {
    const {rows} = await ledger.database.query<{key: string; day: string}>(
      `select business_key as key, payload ->> 'day' as day from erpsync.message where business_key <> 'POS_2'`,
    )

    assert.deepEqual(
      await found('payload.day:>2026-03-01'),
      rows
        .filter(({day}) => day > '2026-03-01')
        .map(({key}) => key)
        .toSorted(),
    )
  })

  it('gives ids page by page, up to a limit', async () => {
    const ids = async (limit: number | null) => {
      const all: string[] = []
      for await (const id of pageIds(ledger.database, queryOf('state:any'), {before: null, limit})) all.push(id)
      return all.map((id) => names.get(id))
    }

    assert.deepEqual(await ids(null), ['refused', 'POS_2', 'POS-1', 'WEB-2', 'WEB-1'])
    assert.deepEqual(await ids(2), ['refused', 'POS_2'])
  })

  it('puts tags on what it finds and takes others off, once, on the trail', async () => {
    const retagging = {query: queryOf('code:sap:V1/302'), add: ['plant', 'b'], remove: ['ignored']}
    const tag = async () => tagLetters(ledger.database, retagging, ada, new AbortController().signal)

    const results = [await tag(), await tag()]

    const {rows} = await ledger.database.query(
      `select business_key as key, tags from erpsync.dead_letter where tags <> '{}' order by 1`,
    )
    const trail = await ledger.database.query(
      `select actor, reason, after from erpsync.trail where action = 'letter.tag'`,
    )
    assert.deepEqual(results, [
      {matched: 2, changed: 2},
      {matched: 2, changed: 0},
    ])
    assert.deepEqual(rows, [
      {key: 'WEB-1', tags: ['b', 'plant', 'seen-by-ada']},
      {key: 'WEB-2', tags: ['b', 'plant']},
    ])
    assert.deepEqual(trail.rows, [
      {
        actor: 'ada',
        reason: 'because',
        after: {query: 'code:sap:V1/302 state:open', add: ['plant', 'b'], remove: ['ignored'], letters: 2},
      },
    ])
  })
})
