import assert from 'node:assert/strict'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import {closeReplayedLetters, markReplayed} from '#lib/deadletters/letters.js'
import {againIfBrokenOff} from '#lib/db/again.js'
import {newId} from '#lib/kernel/ids.js'
import {archive, bury, letterOf, miscounts} from '../../support/letters.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {replay} from '../../support/replay.js'

describe('the counters of groups', function () {
  this.timeout(120_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  beforeEach(async () => {
    await ledger.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.payload_revision, erpsync.operation cascade',
    )
    await ledger.database.query('truncate erpsync.dead_letter_group cascade')
  })
  after(async () => ledger.close())

  const groups = async () => {
    const {rows} = await ledger.database.query(
      `select code, open::integer, replayed::integer, resolved::integer, died_again::integer, keys::integer,
              resolved_at is not null as is_resolved, regressed_at is not null as is_regressed
         from erpsync.dead_letter_group
        order by code`,
    )
    return rows
  }
  const letters = async (sql: string, ...values: readonly unknown[]) => ledger.database.query(sql, values)

  it('follow a letter from its death to its end', async () => {
    const {id, letter} = await bury(ledger, 'LIFE-1')
    const open = await groups()
    await replay(ledger.database, {kind: 'ids', ids: [letter]})
    const replayed = await groups()
    await letters(
      `update erpsync.message set state = 'synced', finished_at = now(), probe_after = null where id = $1`,
      id,
    )
    await closeReplayedLetters(ledger.database)
    const resolved = await groups()

    const zero = {code: 'sap:VP/204', open: 0, replayed: 0, resolved: 0, died_again: 0, keys: 0}
    assert.deepEqual(open, [{...zero, open: 1, keys: 1, is_resolved: false, is_regressed: false}])
    assert.deepEqual(replayed, [{...zero, replayed: 1, is_resolved: false, is_regressed: false}])
    assert.deepEqual(resolved, [{...zero, resolved: 1, is_resolved: true, is_regressed: false}])
  })

  it('count a key once in a group however many letters it has there, until the last of them is no longer open', async () => {
    const {id, letter} = await bury(ledger, 'KEY-1')
    await archive(ledger, [letterOf(id, {attempt: 2}), letterOf(id, {attempt: 3})])
    const three = await groups()
    await markReplayedNow([letter])
    const two = await groups()
    await letters(`update erpsync.dead_letter set state = 'replayed', replayed_at = now(), replayed_by = 'ada'`)
    const none = await groups()

    assert.deepEqual(
      [three, two, none].map(([group]) => [group?.open, group?.keys]),
      [
        [3, 1],
        [2, 1],
        [0, 0],
      ],
    )
  })

  it('follow letters that are deleted, put into another group or truncated', async () => {
    const {letter} = await bury(ledger, 'GONE-1')
    await bury(ledger, 'GONE-2', {code: 'sap:V1/302'})
    await letters(
      `update erpsync.dead_letter set group_id = (select id from erpsync.dead_letter_group where code = 'sap:V1/302')`,
    )
    const moved = await groups()
    await letters('delete from erpsync.dead_letter where id = $1', letter)
    const deleted = await groups()
    const wrong = await miscounts(ledger.database)
    await letters('truncate erpsync.dead_letter')

    assert.deepEqual(
      moved.map(({open, keys}) => [open, keys]),
      [
        [2, 2],
        [0, 0],
      ],
    )
    assert.deepEqual(
      deleted.map(({open, keys}) => [open, keys]),
      [
        [1, 1],
        [0, 0],
      ],
    )
    assert.deepEqual(wrong, [])
    assert.deepEqual(await miscounts(ledger.database), [])
  })

  it('leave a group alone where a letter changes in something else', async () => {
    await bury(ledger, 'TAG-1')
    const xmin = async () => (await letters('select xmin::text from erpsync.dead_letter_group')).rows
    const before = await xmin()

    await letters(`update erpsync.dead_letter set tags = '{seen}'`)

    assert.deepEqual(await xmin(), before)
  })

  it('group what a release without groups archives', async () => {
    const {id} = await bury(ledger, 'OLD-1')

    await letters(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at)
       values ($1, 'sales-order', $2, 2, 'permanent', 'no', 'sap:VP/204', 'Customer 12 does not exist', 'call', now())`,
      newId(),
      id,
    )

    const {rows} = await letters(
      'select version, template, open::integer, keys::integer from erpsync.dead_letter_group order by version',
    )
    assert.deepEqual(rows, [
      {version: 0, template: '', open: 1, keys: 1},
      {version: 1, template: 'Customer <int> does not exist', open: 1, keys: 1},
    ])
  })

  it('open a resolved group again as regressed, without what was said of it', async () => {
    const {letter} = await bury(ledger, 'AGAIN-1')
    await letters(
      `update erpsync.dead_letter_group set acknowledged_at = now(), acknowledged_by = 'ada', snoozed_until = now() + interval '1 day', assigned_to = 'bob'`,
    )
    await bury(ledger, 'AGAIN-2')
    const before = (await letters('select acknowledged_by, regressed_at from erpsync.dead_letter_group')).rows
    await letters(`update erpsync.dead_letter set state = 'resolved', decided_at = now()`)
    await letters(`update erpsync.dead_letter set state = 'open', decided_at = null where id = $1`, letter)
    const restored = await groups()
    await letters(`update erpsync.dead_letter set state = 'resolved', decided_at = now() where id = $1`, letter)
    await bury(ledger, 'AGAIN-3')

    const {rows} = await letters('select acknowledged_by, snoozed_until, assigned_to from erpsync.dead_letter_group')
    const [group] = await groups()
    assert.deepEqual(before, [{acknowledged_by: 'ada', regressed_at: null}])
    assert.deepEqual([restored[0]?.is_resolved, restored[0]?.is_regressed], [false, false])
    assert.deepEqual([group?.is_resolved, group?.is_regressed, group?.open], [false, true, 1])
    assert.deepEqual(rows, [{acknowledged_by: null, snoozed_until: null, assigned_to: 'bob'}])
  })

  it('are those of a full count after archivers, replays, outcomes and deletions at once', async () => {
    const codes = ['sap:V1/301', 'sap:V1/302', 'sap:V1/303', 'http:503']
    const buried: {readonly id: string; readonly letter: string}[] = []
    for (let index = 0; index < 60; index += 1) {
      buried.push(await bury(ledger, `BOTH-${index}`, {code: codes[index % codes.length] ?? ''}))
    }
    const halves = [0, 1].map((half) => buried.filter((_, index) => index % 2 === half).map(({letter}) => letter))

    await Promise.all([
      ...Array.from({length: 4}, async (_, archiver) => {
        for (let round = 0; round < 12; round += 1) {
          const batch = buried.map(({id}, index) =>
            letterOf(id, {attempt: 2 + round, code: codes[(index * (archiver + 1) + round) % codes.length] ?? ''}),
          )
          await againIfBrokenOff(async () => archive(ledger, archiver % 2 === 0 ? batch : batch.toReversed()))
        }
      }),
      ...halves.map(async (ids) => replay(ledger.database, {kind: 'ids', ids})),
      (async () => {
        for (let round = 0; round < 10; round += 1) {
          await againIfBrokenOff(async () =>
            letters(
              `update erpsync.message set state = 'synced', finished_at = now(), probe_after = null
                where id in (select id from erpsync.message where state = 'accepted' order by id limit 3)`,
            ),
          )
          await againIfBrokenOff(async () => closeReplayedLetters(ledger.database))
        }
      })(),
      (async () => {
        for (let round = 0; round < 10; round += 1) {
          await againIfBrokenOff(async () =>
            letters(
              `delete from erpsync.dead_letter where id in (select id from erpsync.dead_letter where state = 'resolved' limit 2)`,
            ),
          )
        }
      })(),
    ])

    const {rows} = await letters(
      `select count(distinct state)::integer as states, count(*)::integer as letters from erpsync.dead_letter`,
    )
    assert.ok(Number(rows[0]?.letters) > 100 && Number(rows[0]?.states) >= 2, JSON.stringify(rows))
    assert.deepEqual(await miscounts(ledger.database), [])
  })

  it('let two archivers through whose letters meet in the same groups in another order', async () => {
    const messages: string[] = []
    for (let index = 0; index < 20; index += 1) messages.push((await bury(ledger, `CROSS-${index}`)).id)
    const batch = (attempt: number) =>
      messages.map((id, index) => letterOf(id, {attempt, code: `http:5${String(index).padStart(2, '0')}`}))

    await Promise.all(
      [2, 3, 4, 5, 6, 7].map(async (attempt) =>
        ledger.database.transaction(async (tx) =>
          insertLetters(tx, attempt % 2 === 0 ? batch(attempt) : batch(attempt).toReversed(), []),
        ),
      ),
    )

    assert.deepEqual(await miscounts(ledger.database), [])
    assert.equal((await groups()).length, 21)
  })

  async function markReplayedNow(ids: readonly string[]): Promise<void> {
    await ledger.database.transaction(async (tx) => markReplayed(tx, ids, 'ada'))
  }
})
