import assert from 'node:assert/strict'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {prune, planPrune} from '#lib/deadletters/retention/prune.js'
import {ada} from '../../support/operator.js'
import {order, orders} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

describe('erpsync db prune', function () {
  this.timeout(60_000)
  let desk: RepairDesk
  beforeEach(async () => {
    desk = await openRepairDesk()
  })
  afterEach(async () => desk.close())

  const runPrune = async (...args: readonly string[]) => desk.erpsync(['db', 'prune', '--json', ...args])
  const day = 86_400_000
  const sync = async (...ids: readonly string[]) => {
    for (const messageId of ids) {
      await desk.claim(messageId)
      await desk.settle({kind: 'synced', messageId, attempt: 1, documentNumber: null})
    }
    await desk.database.query('update erpsync.outbox set published_at = now()')
  }
  /** As if everything had happened so many days ago. */
  const age = async (days: number) => {
    await desk.database.query(
      `update erpsync.message
          set accepted_at = accepted_at - $1 * interval '1 day', finished_at = finished_at - $1 * interval '1 day'`,
      [days],
    )
    await desk.database.query(
      `update erpsync.dead_letter
          set died_at = died_at - $1 * interval '1 day', decided_at = decided_at - $1 * interval '1 day'`,
      [days],
    )
  }
  const rows = async () => {
    const {rows: found} = await desk.database.query(
      `select (select count(*)::integer from erpsync.message) as messages,
              (select count(*)::integer from erpsync.attempt) as attempts,
              (select count(*)::integer from erpsync.outbox) as copies,
              (select count(*)::integer from erpsync.dead_letter) as letters,
              (select count(*)::integer from erpsync.payload_revision) as revisions`,
    )
    return found[0]
  }

  it('counts first, and removes nothing unless somebody agrees (exit 2)', async () => {
    await sync(...(await desk.push(...orders('OLD', 3))))
    await age(50)

    const dry = await runPrune('--dry-run')
    const asked = await runPrune()

    const {counts, removed} = JSON.parse(dry.stdout) as Record<string, unknown>
    assert.deepEqual([counts, removed], [{letters: 0, attempts: 3, copies: 3, operations: 0, messages: 0}, null])
    assert.equal(asked.code, exitCodes.usage)
    assert.deepEqual(await rows(), {messages: 3, attempts: 3, copies: 3, letters: 0, revisions: 0})
  })

  it('removes what is over and old, keeps the messages, and says so on the trail', async () => {
    const letters = await desk.die(orders('DEAD', 4))
    await desk.erpsync(['dlq', 'discard', ...letters.slice(0, 2), '--code', 'test', '--reason', 'test'])
    await sync(...(await desk.push(...orders('OLD', 3))))
    await age(50)
    await sync(...(await desk.push(order('YOUNG'))))
    await desk.database.query(`update erpsync.operation set finished_at = finished_at - interval '50 days'`)

    const {code, stdout} = await runPrune('--yes', '--reason', 'nightly')

    assert.equal(code, exitCodes.ok)
    const removed = {letters: 2, attempts: 5, copies: 5, operations: 1, messages: 0}
    assert.deepEqual((JSON.parse(stdout) as {removed: unknown}).removed, removed)
    assert.deepEqual(await rows(), {messages: 8, attempts: 3, copies: 3, letters: 2, revisions: 0})
    const {rows: left} = await desk.database.query<{key: string}>(
      'select distinct business_key as key from erpsync.message join erpsync.attempt on message_id = id order by 1',
    )
    assert.deepEqual(
      left.map(({key}) => key),
      ['DEAD-3', 'DEAD-4', 'YOUNG'],
    )
    const trail = await desk.database.query(
      `select action, reason, after from erpsync.trail where action like 'db.%' order by seq`,
    )
    assert.deepEqual(trail.rows, [
      {action: 'db.prune', reason: 'nightly', after: null},
      {action: 'db.pruned', reason: 'nightly', after: removed},
    ])
  })

  it('removes resyncs that are over and old, with their keys', async () => {
    const [message = ''] = await desk.push(order('A'))
    for (const [id, state, ended] of [
      ['S-AAAAAAA', 'cancelled', '50 days'],
      ['S-BBBBBBB', 'cancelled', '1 day'],
      ['S-CCCCCCC', 'stopped', null],
    ]) {
      await desk.database.query(
        `insert into erpsync.resync_run (id, flow, state, selection, created_by, changed_by, host, reason, why, finished_at)
         values ($1, 'sales-order', $2, 'all keys', 'ada', 'ada', 'here', 'test', 'test', now() - $3::interval)`,
        [id, state, ended],
      )
      await desk.database.query(
        `insert into erpsync.resync_item (run_id, position, flow, business_key, class, planned_from, payload_hash)
         values ($1, 1, 'sales-order', $1, 'missing', $2, '')`,
        [id, message],
      )
    }

    const {stdout} = await runPrune('--yes', '--reason', 'nightly')

    assert.equal((JSON.parse(stdout) as {removed: {operations: number}}).removed.operations, 1)
    const {rows: left} = await desk.database.query('select run_id from erpsync.resync_item order by run_id')
    assert.deepEqual(left, [{run_id: 'S-BBBBBBB'}, {run_id: 'S-CCCCCCC'}])
  })

  it('removes push runs that are over and old, with what they know of lines', async () => {
    for (const [id, state, ended] of [
      ['P-AAAAAAA', 'finished', '50 days'],
      ['P-BBBBBBB', 'finished', '1 day'],
      ['P-CCCCCCC', 'stopped', null],
    ]) {
      await desk.database.query(
        `insert into erpsync.push_run (id, flow, state, started_by, host, why, finished_at, after_seq, until_seq)
         values ($1, 'sales-order', $2, 'ada', 'here', case when $2 = 'stopped' then 'test' end, now() - $3::interval, 0, 0)`,
        [id, state, ended],
      )
      await desk.database.query(`insert into erpsync.push_file (run_id, number, name) values ($1, 1, 'a.ndjson')`, [id])
      await desk.database.query(
        `insert into erpsync.push_line (run_id, file, line, outcome, problems)
         select $1, 1, line, 'rejected', '[]' from generate_series(1, 3) line`,
        [id],
      )
    }

    const {stdout} = await runPrune('--yes', '--reason', 'nightly')

    assert.equal((JSON.parse(stdout) as {removed: {operations: number}}).removed.operations, 1)
    const {rows: left} = await desk.database.query(
      'select run_id, count(*)::integer as lines from erpsync.push_line group by run_id order by run_id',
    )
    assert.deepEqual(left, [
      {run_id: 'P-BBBBBBB', lines: 3},
      {run_id: 'P-CCCCCCC', lines: 3},
    ])
  })

  it('removes runs of jobs that are over and old, but of each job the newest and the newest success', async () => {
    await desk.database.query(`insert into erpsync.job (name) values ('orders'), ('nightly')`)
    for (const [id, job, outcome, days] of [
      ['J-AAAAAAA', 'orders', 'succeeded', 90],
      ['J-BBBBBBB', 'orders', 'succeeded', 80],
      ['J-CCCCCCC', 'orders', 'broken_off', 70],
      ['J-DDDDDDD', 'orders', 'failed', 60],
      ['J-EEEEEEE', 'orders', 'failed', 50],
      ['J-FFFFFFF', 'orders', 'locked_out', 49],
      ['J-GGGGGGG', 'nightly', 'failed', 60],
      ['J-HHHHHHH', 'nightly', 'failed', 1],
    ] as const) {
      await desk.database.query(
        `insert into erpsync.job_run (id, job, started_by, host, pid, command, outcome, why, started_at, finished_at, exit_code)
         values ($1, $2, 'ada', 'here', 1, 'erpsync push', $3, 'test', now() - make_interval(days => $4),
                 case when $3 <> 'broken_off' then now() - make_interval(days => $4) end,
                 case $3 when 'broken_off' then null when 'succeeded' then 0 else 3 end)`,
        [id, job, outcome, days],
      )
    }

    const {stdout} = await runPrune('--yes', '--reason', 'nightly')

    assert.equal((JSON.parse(stdout) as {removed: {operations: number}}).removed.operations, 4)
    const {rows: left} = await desk.database.query<{id: string}>('select id from erpsync.job_run order by id')
    assert.deepEqual(
      left.map(({id}) => id),
      ['J-BBBBBBB', 'J-EEEEEEE', 'J-FFFFFFF', 'J-HHHHHHH'],
    )
  })

  it('never touches what is open, on its way or in doubt, whatever its age', async () => {
    const [letter = ''] = await desk.die(orders('DEAD', 2))
    await desk.erpsync(['dlq', 'replay', letter])
    const [doubted = ''] = await desk.push(order('DOUBT'))
    await desk.claim(doubted)
    await desk.database.query(
      `update erpsync.message set state = 'in_doubt', probe_after = now() where business_key = 'DOUBT'`,
    )
    await desk.push(order('WAITING'))
    await desk.database.query('update erpsync.outbox set published_at = now()')
    await age(1000)
    const before = await rows()

    await runPrune('--older-than', '1d', '--messages-older-than', '400d', '--yes')

    assert.deepEqual(await rows(), before)
  })

  it('knows a document again whose history is gone', async () => {
    await sync(...(await desk.push(order('OLD-1'))))
    await age(50)
    await runPrune('--yes')

    const again = await desk.push(order('OLD-1'))

    assert.equal(again.length, 1)
    assert.equal((await rows())?.messages, 1)
  })

  it('removes messages only where that is asked for, with their letters and revisions', async () => {
    const [letter = '', discarded = ''] = await desk.die(orders('DEAD', 2))
    for (const id of [letter, discarded]) {
      await desk.erpsync(['dlq', 'edit', id, '--set', 'currency=EUR', '--reason', 'x', '--yes'])
    }
    await desk.erpsync(['dlq', 'discard', discarded, '--code', 'test', '--reason', 'test'])
    await sync(...(await desk.push(...orders('OLD', 3))))
    await age(500)

    const short = await runPrune('--older-than', '45d', '--messages-older-than', '30d', '--yes')
    const {stdout} = await runPrune('--messages-older-than', '400d', '--yes')

    assert.equal(short.code, exitCodes.usage)
    assert.equal((JSON.parse(stdout) as {removed: {messages: number}}).removed.messages, 4)
    assert.deepEqual(await rows(), {messages: 1, attempts: 1, copies: 1, letters: 1, revisions: 2})
  })

  it('keeps the newest message of a strict key, which tells what comes too late', async () => {
    await desk.close()
    desk = await openRepairDesk('strict')
    const ids = await desk.push(...[1, 2, 3].map((revision) => order('SO-1', {revision})))
    await sync(...ids)
    await age(500)
    await runPrune('--messages-older-than', '400d', '--yes')

    const late = await desk.push(order('SO-1', {revision: 2}))

    assert.match(late[0] ?? '', /comes after a later one has begun/)
    const {rows: left} = await desk.database.query('select version from erpsync.message')
    assert.deepEqual(left, [{version: '3'}])
  })

  it('keeps the newest message of a key whose source is read, so that it is known from the beginning on', async () => {
    await sync(...(await desk.push(...[1, 2, 3].map((revision) => order('SO-1', {revision})))))
    await desk.database.query(
      `insert into erpsync.source_watermark (flow, column_name, kind) values ('sales-order', 'updated_at', 'time')`,
    )
    await age(500)

    await runPrune('--messages-older-than', '400d', '--yes')

    const {rows: left} = await desk.database.query('select version from erpsync.message')
    assert.deepEqual(left, [{version: '3'}])
  })

  it('works through more than one batch, and stops after a batch when the signal comes', async () => {
    const ids = await desk.push(...orders('MANY', 2100))
    await desk.database.query(`update erpsync.outbox set published_at = now()`)
    await desk.database.query(
      `update erpsync.message set state = 'synced', finished_at = now() - interval '50 days' where id = any ($1::uuid[])`,
      [ids],
    )
    const retention = {historyMs: 45 * day, messagesMs: null}
    const stop = new AbortController()
    const seen: number[] = []
    const stopAtFirst = ({copies}: {copies: number}) => {
      seen.push(copies)
      if (copies > 0) stop.abort()
    }

    const first = await prune(desk.database, await planPrune(desk.database, retention), ada, {
      signal: stop.signal,
      onProgress: stopAtFirst,
    })
    const rest = await prune(desk.database, await planPrune(desk.database, retention), ada, {
      signal: new AbortController().signal,
      onProgress: () => {},
    })

    assert.equal((await rows())?.copies, 0)
    assert.deepEqual([first.copies, rest.copies, seen.at(-1)], [1000, 1100, 1000])
  })
})
