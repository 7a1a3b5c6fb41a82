import assert from 'node:assert/strict'
import {regroupLetters} from '#lib/deadletters/grouping/regroup.js'
import type {GroupingRule} from '#lib/deadletters/grouping/rules.js'
import {newId} from '#lib/kernel/ids.js'
import {archive, bury, letterOf, miscounts} from '../../support/letters.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'

const byPlant: readonly GroupingRule[] = [
  {
    when: {code: 'sap:V1/302', 'payload.plant': '*'},
    key: ['{{default}}', '{{payload.plant}}'],
    title: 'Plant not maintained',
    runbook: 'https://wiki.example/plant',
    replayable: 'after-fix',
  },
]

describe('regroupLetters', function () {
  this.timeout(60_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  beforeEach(async () => {
    await ledger.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.payload_revision',
    )
    await ledger.database.query('truncate erpsync.dead_letter_group cascade')
  })
  after(async () => ledger.close())

  const regroup = async (rules: readonly GroupingRule[], isDry = false) =>
    regroupLetters(ledger.database, {
      rules,
      operator: isDry ? null : ada,
      onProgress: () => {},
      signal: new AbortController().signal,
    })
  const groups = async () => {
    const {rows} = await ledger.database.query(
      `select version, template, title, open::integer, resolved::integer, assigned_to, regressed_at is not null as is_regressed
         from erpsync.dead_letter_group order by template`,
    )
    return rows
  }
  const buryInPlant = async (orderId: string, plant: string, rules: readonly GroupingRule[] = []) => {
    const {id} = await bury(
      ledger,
      orderId,
      {
        code: 'sap:V1/302',
        text: `Plant of order ${orderId.length}99 is unknown`,
        raw: Buffer.from(JSON.stringify({plant})),
      },
      [],
    )
    await ledger.database.query('update erpsync.message set payload = $2 where id = $1', [id, JSON.stringify({plant})])
    if (rules.length > 0)
      await archive(
        ledger,
        [letterOf(id, {attempt: 2, code: 'sap:V1/302', text: 'Plant of order 7 is unknown'})],
        rules,
      )
  }

  it('puts letters of a release without groups into groups of today', async () => {
    const {id} = await bury(ledger, 'OLD-1')
    await ledger.database.query(
      `insert into erpsync.dead_letter (id, flow, message_id, attempt, class, executed, code, text, stage, died_at)
       values ($1, 'sales-order', $2, 2, 'permanent', 'no', 'sap:VP/204', 'Customer 12 does not exist', 'call', now())`,
      [newId(), id],
    )

    const result = await regroup([])

    assert.deepEqual([result.examined, result.moved], [2, 1])
    const nothing = {title: null, resolved: 0, assigned_to: null, is_regressed: false}
    assert.deepEqual(await groups(), [{...nothing, version: 1, template: 'Customer <int> does not exist', open: 2}])
    assert.deepEqual(await miscounts(ledger.database), [])
  })

  it('says what would move, moves it, and then has nothing to do', async () => {
    for (const [orderId, plant] of [
      ['R-1', 'DE01'],
      ['R-2', 'DE01'],
      ['R-3', 'DE02'],
    ] as const)
      await buryInPlant(orderId, plant)
    await ledger.database.query(
      `update erpsync.dead_letter set state = 'resolved', decided_at = now() where business_key = 'R-3'`,
    )
    await ledger.database.query(`update erpsync.dead_letter_group set assigned_to = 'master data'`)
    const [before] = await groups()

    const dry = await regroup(byPlant, true)
    const untouched = await groups()
    const done = await regroup(byPlant)
    const again = await regroup(byPlant)

    const template = 'Plant of order <int> is unknown'
    assert.deepEqual(
      dry.moves.map(({template: common, letters}) => [common, letters]),
      [
        [`${template} | DE01`, 2],
        [`${template} | DE02`, 1],
      ],
    )
    assert.deepEqual(untouched, [before])
    assert.deepEqual(done, dry)
    assert.deepEqual([again.examined, again.moved], [3, 0])
    const common = {version: 1, title: 'Plant not maintained', assigned_to: 'master data', is_regressed: false}
    assert.deepEqual(await groups(), [
      {...common, template: `${template} | DE01`, open: 2, resolved: 0},
      {...common, template: `${template} | DE02`, open: 0, resolved: 1},
    ])
    assert.deepEqual(await miscounts(ledger.database), [])
    const {rows} = await ledger.database.query(
      `select actor, after from erpsync.trail where action = 'letter.regroup' order by seq desc limit 1`,
    )
    assert.deepEqual(rows, [{actor: 'ada', after: {letters: 3}}])
  })

  it('gives what is archived later the group that the rules of then give it', async () => {
    await buryInPlant('LATER-1', 'DE01', byPlant)

    assert.deepEqual(
      (await groups()).map(({template, title}) => [template, title]),
      [
        ['Plant of order <int> is unknown', null],
        ['Plant of order <int> is unknown | DE01', 'Plant not maintained'],
      ],
    )
    assert.equal((await regroup(byPlant)).moved, 1)
  })

  it('tells groups that keep their letters what the rules say of them now', async () => {
    await bury(ledger, 'TITLE-1')

    await regroup([{when: {code: 'sap:VP/*'}, title: 'Customer unknown'}])
    const [titled] = await groups()
    await regroup([])

    assert.equal(titled?.title, 'Customer unknown')
    assert.equal((await groups())[0]?.title, null)
  })

  it('loses no letter that is archived meanwhile', async () => {
    for (let index = 0; index < 30; index += 1) await buryInPlant(`MEAN-${index}`, `DE0${index % 3}`)
    const {rows} = await ledger.database.query<{id: string}>('select id from erpsync.message')

    await Promise.all([
      regroup(byPlant),
      ...[2, 3, 4].map(async (attempt) =>
        archive(
          ledger,
          rows.map(({id}) => letterOf(id, {attempt, code: 'sap:V1/302', text: `Plant of order ${attempt} is unknown`})),
          byPlant,
        ),
      ),
    ])

    assert.deepEqual(await miscounts(ledger.database), [])
    assert.equal(
      (await groups()).reduce((sum, {open}) => sum + Number(open), 0),
      120,
    )
  })
})
