import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Bucket} from '#lib/deadletters/groups/list-buckets.js'
import {bury} from '../../support/letters.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {runCli} from '../../support/run-cli.js'

describe('erpsync dlq', function () {
  this.timeout(120_000)
  let ledger: TestLedger
  let folder: string
  let group: string
  let lock: string
  before(async () => {
    ledger = await openLedger()
    folder = await mkdtemp(join(tmpdir(), 'erpsync-dlq-'))
    await writeFile(join(folder, 'order.schema.json'), JSON.stringify(schema))
    await writeFile(join(folder, 'rules.yaml'), JSON.stringify(rules))
    await writeFile(join(folder, 'erpsync.yaml'), JSON.stringify(configuration(ledger.url)))
    for (const [orderId, plant] of [
      ['A-1', 'DE01'],
      ['A-2', 'DE01'],
      ['A-3', 'DE02'],
    ] as const) {
      const {id} = await bury(ledger, orderId, {}, rules)
      await ledger.database.query('update erpsync.message set payload = $2 where id = $1', [
        id,
        JSON.stringify({plant, email: 'ada@example.com'}),
      ])
    }
    await bury(
      ledger,
      'B-1',
      {
        code: 'sap:ZZ/042',
        text: 'Order 4711 is currently locked by user ADA',
        diedAt: new Date(Date.now() - 7_200_000),
      },
      rules,
    )
    const {rows} = await ledger.database.query<{id: string; code: string}>(
      'select id, code from erpsync.dead_letter_group',
    )
    group = rows.find(({code}) => code === 'sap:VP/204')?.id ?? ''
    lock = rows.find(({code}) => code === 'sap:ZZ/042')?.id ?? ''
  })
  after(async () => {
    await ledger.close()
    await rm(folder, {recursive: true})
  })

  const erpsync = async (...args: readonly string[]) =>
    runCli(['dlq', ...args, '--config', join(folder, 'erpsync.yaml')], {
      env: {ERPSYNC_ACTOR: 'ada', LC_ALL: 'C.UTF-8', NO_COLOR: '1'},
    })
  const json = async <Result>(...args: readonly string[]) =>
    JSON.parse((await erpsync(...args, '--json')).stdout) as Result
  const trail = async (groupId: string) => {
    const {rows} = await ledger.database.query(
      `select action, actor, reason, before ->> 'state' as before, after ->> 'state' as after from erpsync.trail where group_id = $1 order by seq`,
      [groupId],
    )
    return rows
  }

  it('alone lists the groups with what to type next', async () => {
    const {code, stdout} = await erpsync()

    const [, first, second] = stdout.split('\n')
    assert.equal(code, 0)
    assert.match(
      first ?? '',
      new RegExp(
        `^${group}  NEW +3 +3 +\\d+s +\\d+s +·+█·?  sales-order  sap:VP/204  Customer unknown +erpsync dlq show ${group}$`,
      ),
    )
    assert.match(
      second ?? '',
      new RegExp(
        `^${lock}  NEW +1 +1 +2h +2h +·+█··+  sales-order  sap:ZZ/042  Order <int> is currently locked by user <user> +erpsync dlq show ${lock}$`,
      ),
    )
  })

  it('groups sorts, limits and filters, and says so in JSON', async () => {
    const byAge = await json<{by: string; groups: readonly Bucket[]}>('groups', '--sort', 'age')
    const recent = await json<{groups: readonly Bucket[]}>('groups', '--since', '1h', '--limit', '1')
    const filtered = await json<{groups: readonly Bucket[]}>('groups', '-q', 'payload.plant:DE01')

    assert.equal(byAge.by, 'fingerprint')
    assert.deepEqual(
      byAge.groups.map(({value}) => value),
      [lock, group],
    )
    assert.deepEqual(
      recent.groups.map(({value}) => value),
      [group],
    )
    assert.deepEqual(
      filtered.groups.map(({value, letters, keys, hours}) => [value, letters, keys, hours.at(-1)]),
      [[group, 2, 2, 2]],
    )
    assert.equal(byAge.groups[1]?.group?.runbook, 'https://wiki.example/customer')
  })

  it('groups puts letters together by a field of the document, and tells how to go on', async () => {
    const {stdout} = await erpsync('groups', '--by', 'payload.plant', '-q', 'code:sap:VP/204')

    const lines = stdout.split('\n').slice(1, 3)
    assert.match(
      lines[0] ?? '',
      /^DE01 +2 +2 .* erpsync dlq groups -q 'code:sap:VP\/204 state:open payload\.plant:DE01'$/,
    )
    assert.match(lines[1] ?? '', /^DE02 +1 +1 /)
  })

  it("groups lists nobody's personal data, and nothing that is no field", async () => {
    const personal = await erpsync('groups', '--by', 'payload.email')
    const wrong = await erpsync('groups', '--by', 'flw')

    assert.deepEqual([personal.code, wrong.code], [2, 2])
    assert.match(personal.stderr, /payload\.email is personal data in the flow sales-order\./)
    assert.match(wrong.stderr, /"flw" is nothing to put letters together by\. Did you mean "flow"\?/)
  })

  it('show explains a group step by step, with its runbook and without personal data', async () => {
    const {code, stdout} = await erpsync('show', group, '--explain')

    assert.equal(code, 0)
    assert.match(stdout, /runbook {3}https:\/\/wiki\.example\/customer/)
    assert.match(stdout, /letters {3}3 open of 3 keys; 0 replayed, 0 resolved, 0 died again, 0 discarded/)
    assert.match(
      stdout,
      /without what differs: Customer <int> does not exist\n {5}<int> was 0000004711\n2\. Rule 1 of the configuration applies; its key: Customer <int> does not exist\n3\. Hashed \(sha256\): v1\|sales-order\|call\|permanent\|sap:VP\/204\|Customer <int> does not exist\n4\. .*: F-/,
    )
    assert.doesNotMatch(stdout, /ada@example\.com/)
  })

  it('show asks whether what reads like a lock is one', async () => {
    const {stdout} = await erpsync('show', lock)

    assert.match(stdout, /messages: \[\{code: ZZ\/042, class: transient\}\]/)
    assert.doesNotMatch((await erpsync('show', group)).stdout, /reads like a lock/)
  })

  it('show names the nearest group where there is none of that id', async () => {
    const wrong = `${group.slice(0, -1)}${group.endsWith('A') ? 'B' : 'A'}`
    const {code, stderr} = await erpsync('show', wrong)

    assert.equal(code, 2)
    assert.match(stderr, new RegExp(`There is no group ${wrong}\\. Did you mean "${group}"\\?`))
  })

  it('ack, snooze, assign and note say what is done about a group, on the trail', async () => {
    const acked = await erpsync('ack', group.toLowerCase(), '--reason', 'looking')
    const assigned = await json<{assignedTo: string | null}>('assign', group, '--to', 'master data')
    const noted = await erpsync('note', group, 'see INC-1')
    const snoozed = await json<{state: string; snoozedUntil: string; note: string}>('snooze', group, '--for', '1h')
    const listed = await erpsync()
    const awake = await json<{state: string}>('snooze', group, '--undo')
    const dropped = await json<{state: string; acknowledgedBy: string | null}>('ack', group, '--undo')

    assert.deepEqual(
      [acked.stdout, noted.stdout],
      [`ada looks after ${group}; 3 letters are open.\n`, `Noted at ${group}: see INC-1\n`],
    )
    assert.equal(assigned.assignedTo, 'master data')
    assert.deepEqual(
      [snoozed.state, snoozed.note, Date.parse(snoozed.snoozedUntil) > Date.now()],
      ['snoozed', 'see INC-1', true],
    )
    assert.match(listed.stdout, new RegExp(`^${group}  snoozed `, 'm'))
    assert.deepEqual([awake.state, dropped.state, dropped.acknowledgedBy], ['acknowledged', 'new', null])
    const done = (action: string, before: string, after: string, reason = 'none given') => ({
      action,
      actor: 'ada',
      reason,
      before,
      after,
    })
    assert.deepEqual(await trail(group), [
      done('group.acknowledge', 'new', 'acknowledged', 'looking'),
      done('group.assign', 'acknowledged', 'acknowledged'),
      done('group.note', 'acknowledged', 'acknowledged'),
      done('group.snooze', 'acknowledged', 'snoozed'),
      done('group.snooze', 'snoozed', 'acknowledged'),
      done('group.acknowledge', 'acknowledged', 'new'),
    ])
  })

  it('list and count take a query, or flags for its most used terms', async () => {
    const {letters} = await json<{letters: readonly {key: string; groupId: string}[]}>(
      'list',
      '-q',
      'key:A-* -payload.plant:DE02',
    )
    const counted = await json<{count: number; query: string}>(
      'count',
      '-q',
      'code:sap:VP/204',
      '--flow',
      'sales-order',
    )
    const since = await erpsync('count', '--since', '1h')
    const none = await erpsync('count', '-q', 'flow:sales-odrer', '--fail-on-empty')

    assert.deepEqual(
      letters.map(({key, groupId}) => [key, groupId]),
      [
        ['A-2', group],
        ['A-1', group],
      ],
    )
    assert.deepEqual(counted, {count: 3, query: 'code:sap:VP/204 state:open flow:sales-order'})
    assert.equal(since.stdout, '3\n')
    assert.deepEqual([none.code, none.stdout], [5, '0\n'])
    assert.match(none.stderr, /No flow is called "sales-odrer" in .*\. Did you mean "sales-order"\?/)
  })

  it('list gives all ids for a pipe', async () => {
    const {stdout} = await erpsync('list', '-q', 'state:any', '-o', 'ids')
    const {rows} = await ledger.database.query<{id: string}>('select id from erpsync.dead_letter order by seq desc')

    assert.deepEqual(
      stdout.trim().split('\n'),
      rows.map(({id}) => id),
    )
  })

  it('points at what it cannot read in a query', async () => {
    const {code, stderr} = await erpsync('count', '-q', 'flow:a stat:open')

    assert.equal(code, 2)
    assert.match(stderr, /There is no field "stat"\. Did you mean "state"\?\n {2}flow:a stat:open\n {9}\^\^\^\^\n/)
  })

  it('tag says which letters it is about, and changes them', async () => {
    const dry = await json<{matched: number; changed: number}>('tag', '-q', 'tag:*', '--add', 'x', '--dry-run')
    const {stdout, stderr} = await erpsync('tag', '-q', 'key:A-*', '--add', 'plant', '--add', 'seen')
    const nothing = await erpsync('tag', '-q', 'key:A-*')
    const wrong = await erpsync('tag', '-q', 'key:A-*', '--add', 'a b')
    const tagged = await erpsync('count', '-q', 'tag:plant')

    assert.deepEqual([dry.matched, dry.changed], [0, 0])
    assert.deepEqual([stdout, stderr], ['3 letters, 3 of them changed.\n', 'Letters: key:A-* state:open\n'])
    assert.deepEqual([nothing.code, wrong.code, tagged.stdout], [2, 2, '3\n'])
  })

  it('regroup shows what would move after a change of the rules, and moves it', async () => {
    const [rule] = rules
    await writeFile(
      join(folder, 'rules.yaml'),
      JSON.stringify([{...rule, then: {key: ['{{default}}', '{{payload.plant}}']}}]),
    )
    const explained = await erpsync('show', group, '--explain')
    const dry = await erpsync('regroup', '--dry-run')
    const done = await json<{moved: number; dryRun: boolean}>('regroup', '--reason', 'by plant')
    const listed = await json<{groups: readonly Bucket[]}>('groups')

    assert.match(explained.stdout, /Type: erpsync dlq regroup --dry-run/)
    assert.match(dry.stdout, new RegExp(`^${group}  F-[A-Z2-7]{7} +2  Customer <int> does not exist \\| DE01$`, 'm'))
    assert.match(dry.stdout, /4 letters examined, 3 would move\.\n$/)
    assert.deepEqual([done.moved, done.dryRun], [3, false])
    assert.deepEqual(
      listed.groups.map(({letters}) => letters),
      [2, 1, 1],
    )
    assert.deepEqual(listed.groups[0]?.group?.assignedTo, 'master data')
  })

  it('does not start with rules that are none', async () => {
    await writeFile(join(folder, 'rules.yaml'), '- when: {cod: x}\n  then: {}\n')
    const {code, stderr} = await erpsync('regroup', '--dry-run')

    assert.equal(code, 78)
    assert.match(stderr, /rules\.yaml:1: rule 1, when\.cod: unknown condition "cod"\. Did you mean "code"\?/)
  })
})

const rules = [
  {
    when: {code: 'sap:VP/204'},
    then: {title: 'Customer unknown', runbook: 'https://wiki.example/customer', replayable: 'after-fix' as const},
  },
]

const schema = {
  type: 'object',
  properties: {orderId: {type: 'string'}, email: {type: 'string', 'x-personal': true}},
}

function configuration(postgresUrl: string) {
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: ['amqp://localhost:1']},
    destinations: {nothing: {kind: 'null'}},
    deadLetters: {rules: 'rules.yaml'},
    flows: {
      'sales-order': {
        schema: 'order.schema.json',
        key: 'orderId',
        destination: 'nothing',
        operation: {
          service: 'NONE',
          entitySet: 'None',
          method: 'create',
          map: 'order.jsonata',
          reference: 'Reference',
          result: 'Number',
        },
      },
    },
  }
}
