import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../support/eventually.js'
import {order, type Order, orders, referenceOf} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, startCli} from '../support/run-cli.js'

describe('bringing SAP back', function () {
  this.timeout(180_000)
  let pipeline: Pipeline
  let env: Readonly<Record<string, string>>
  beforeEach(async () => {
    pipeline = await openPipeline({retry: {attempts: 1}, order: 'latest', destination: {limits: {concurrency: 16}}})
    env = {ERPSYNC_CONFIG: pipeline.configPath, ERPSYNC_ACTOR: 'ada'}
  })
  afterEach(async () => pipeline.close())

  const erpsync = async (...args: readonly string[]): Promise<CliResult> => runCli(args, {env, timeoutMs: 90_000})
  const planFile = (): string => join(pipeline.configPath, '..', 'plan.json')
  const plan = async (...args: readonly string[]): Promise<CliResult> =>
    erpsync('resync', 'plan', 'sales-order', '--out', planFile(), '--json', ...args)
  const apply = async (...args: readonly string[]): Promise<CliResult> =>
    erpsync('resync', 'apply', planFile(), '--reason', 'drift', ...args)
  const sync = async (...documents: readonly Order[]): Promise<void> => {
    await pipeline.push(...documents)
    await pipeline.workOff({concurrency: 16})
  }
  const runIn = ({stdout, stderr}: CliResult): string => /S-[A-Z2-7]{7}/.exec(stdout + stderr)?.[0] ?? ''
  const count = async (sql: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(`select count(*)::integer as count from ${sql}`)
    return rows[0]?.count ?? -1
  }
  const actions = async (id: string): Promise<readonly string[]> => {
    const {rows} = await pipeline.database.query<{action: string}>(
      'select action from erpsync.trail where operation_id = $1 order by seq',
      [id],
    )
    return rows.map(({action}) => action)
  }

  it('finds 50 changed and 20 deleted among 300 with their fields, mends them, and finds nothing more', async () => {
    const all = orders('DRIFT', 300)
    await sync(...all)
    const [header, item, gone] = [all.slice(0, 25), all.slice(25, 50), all.slice(50, 70)]
    for (const one of header) await pipeline.admin.changeOrder(referenceOf(one), {header: {SoldToParty: 'USCU_S02'}})
    for (const one of item)
      await pipeline.admin.changeOrder(referenceOf(one), {items: {'10': {RequestedQuantity: 99, Material: 'TG14'}}})
    for (const one of gone) await pipeline.admin.deleteOrder(referenceOf(one))

    const planned = await plan()

    assert.equal(planned.code, exitCodes.different, planned.stdout + planned.stderr)
    const {counts, entries} = JSON.parse(planned.stdout)
    assert.deepEqual(counts, {
      equal: 230,
      missing: 20,
      stale: 0,
      mismatch: 50,
      only_in_sap: 0,
      in_flight: 0,
      dead_letter: 0,
      unreadable: 0,
    })
    const told = new Map<string, string>(
      entries.map((entry: {key: string; class: string; differences: {path: string}[]}) => [
        entry.key,
        [entry.class, ...entry.differences.map(({path}) => path)].join(' '),
      ]),
    )
    const expected = new Map([
      ...header.map(({orderId}) => [orderId, 'mismatch /SoldToParty'] as const),
      ...item.map(({orderId}) => [orderId, 'mismatch /to_Item/10/Material /to_Item/10/RequestedQuantity'] as const),
      ...gone.map(({orderId}) => [orderId, 'missing'] as const),
    ])
    assert.deepEqual(Object.fromEntries(told), Object.fromEntries(expected))

    const worker = await pipeline.startWorker({concurrency: 16})
    const applied = await apply('--wait', '--yes')
    assert.equal(applied.code, exitCodes.ok, applied.stdout + applied.stderr)
    assert.match(applied.stdout, /Finished\. 70 keys: 70 resolved\./)
    assert.deepEqual(await actions(runIn(applied)), ['resync.start', 'resync.finish'])

    const again = await erpsync('resync', 'plan', 'sales-order')
    assert.equal(again.code, exitCodes.ok, again.stdout + again.stderr)
    assert.match(again.stdout, /All 300 are equal\./)
    const audited = await erpsync('audit', '--sap', 'all', '--json')
    await worker.stop()
    assert.equal(audited.code, exitCodes.ok, audited.stdout + audited.stderr)
    const effects = await pipeline.admin.effects()
    assert.equal(effects.size, 300)
    assert.deepEqual(
      gone.map((one) => effects.get(referenceOf(one))?.documents.length),
      gone.map(() => 2),
    )
  })

  it('refuses a plan of which a key has moved, one that is old, and one that was changed', async () => {
    await sync(...orders('MOVED', 3))
    for (const one of orders('MOVED', 3)) await pipeline.admin.deleteOrder(referenceOf(one))
    assert.equal((await plan()).code, exitCodes.different)
    await pipeline.push(order('MOVED-2', {revision: 2}))

    const moved = await apply()

    assert.equal(moved.code, exitCodes.conflict, moved.stderr)
    assert.match(moved.stderr, /1 keys have moved.*\n {2}MOVED-2: message .* is newer/)
    assert.equal(await count('erpsync.resync_run'), 0)
    assert.equal((await apply('--max-age', '1ms')).code, exitCodes.conflict)
    const text = await readFile(planFile(), 'utf8')
    await writeFile(planFile(), text.replace('MOVED-1', 'MOVED-7'))
    const changed = await apply()
    assert.equal(changed.code, exitCodes.badInput, changed.stderr)
    assert.equal(await count(`erpsync.message where intent = 'resync'`), 0)
  })

  it('stops at a canary that dies, and goes on once the cause is mended', async () => {
    const documents = orders('CANARY', 40)
    await sync(...documents)
    for (const one of documents) await pipeline.admin.deleteOrder(referenceOf(one))
    await plan()
    await pipeline.admin.setFaults({
      faults: [{kind: 'business-error', code: 'VP/204', text: 'Customer does not exist', rate: 1}],
    })
    const worker = await pipeline.startWorker({concurrency: 16})

    const stopped = await apply('--canary', '2', '--yes')

    const id = runIn(stopped)
    assert.equal(stopped.code, exitCodes.stoppedByGuard, stopped.stdout + stopped.stderr)
    assert.match(stopped.stdout, /Stopped: canary: \d of 2 died\./)
    assert.equal(await count(`erpsync.resync_item where state = 'pending'`), 38)
    await pipeline.admin.clearFaults()
    const resumed = await erpsync('resync', 'resume', id)
    assert.equal(resumed.code, exitCodes.someFailed, resumed.stdout + resumed.stderr)
    assert.equal(await count(`erpsync.resync_item where state = 'resolved'`), 38)
    const letters = await erpsync('resync', 'plan', 'sales-order', '--json')
    assert.equal(letters.code, exitCodes.different)
    const {entries} = JSON.parse(letters.stdout)
    assert.deepEqual(
      entries.map((entry: {class: string; letter: {code: string}; next: string}) => [
        entry.class,
        entry.letter.code,
        /^erpsync dlq replay \S+ --wait$/.test(entry.next),
      ]),
      [
        ['dead_letter', 'sap:VP/204', true],
        ['dead_letter', 'sap:VP/204', true],
      ],
    )
    const replayed = await erpsync('dlq', 'replay', '--all', '--wait')
    await worker.stop()
    assert.equal(replayed.code, exitCodes.ok, replayed.stderr)
    assert.equal((await erpsync('resync', 'plan', 'sales-order')).code, exitCodes.ok)
  })

  it('is killed and resumed without sending anything twice', async () => {
    const documents = orders('KILL', 60)
    await sync(...documents)
    for (const one of documents) await pipeline.admin.deleteOrder(referenceOf(one))
    await plan()
    const worker = await pipeline.startWorker({concurrency: 16})
    const applying = startCli(['resync', 'apply', planFile(), '--rate', '15/s', '--yes', '--reason', 'drift'], {env})
    await eventually(async () => (await count(`erpsync.resync_item where state <> 'pending'`)) >= 10)
    await applying.kill()
    const {rows} = await pipeline.database.query<{id: string}>('select id from erpsync.resync_run')
    const id = rows[0]?.id ?? ''

    const owned = await erpsync('resync', 'resume', id)
    assert.equal(owned.code, exitCodes.conflict, owned.stderr)
    await pipeline.database.query(`update erpsync.resync_run set lease_until = now() where id = $1`, [id])
    const resumed = await erpsync('resync', 'resume', id)
    await worker.stop()

    assert.equal(resumed.code, exitCodes.ok, resumed.stdout + resumed.stderr)
    assert.equal(await count(`erpsync.message where intent = 'resync'`), 60)
    const effects = await pipeline.admin.effects()
    assert.deepEqual(new Set(documents.map((one) => effects.get(referenceOf(one))?.creates)), new Set([2]))
  })

  it('compares, sends and awaits one key by one command', async () => {
    const [one] = orders('ONE', 1)
    assert.ok(one)
    await sync(one)
    await pipeline.admin.changeOrder('ONE-1/1', {items: {'10': {RequestedQuantity: 7}}})
    const worker = await pipeline.startWorker()

    const undecided = await erpsync('resync', 'sales-order', 'ONE-1')
    assert.equal(undecided.code, exitCodes.usage, undecided.stderr)
    const mended = await erpsync('resync', 'sales-order', 'ONE-1', '--yes')
    const pulled = await erpsync('resync', 'pull', 'sales-order', 'ONE-1', '--json')
    const equal = await erpsync('resync', 'sales-order', 'ONE-1', '--yes')
    await worker.stop()

    assert.equal(mended.code, exitCodes.ok, mended.stdout + mended.stderr)
    assert.match(mended.stdout, /\/to_Item\/10\/RequestedQuantity +2 +7/)
    assert.match(mended.stdout, /ONE-1 +mismatch +resolved +1 /)
    const {state, documentNumbers, body} = JSON.parse(pulled.stdout)
    assert.deepEqual([state, documentNumbers, body.to_Item[0].RequestedQuantity], ['found', ['1'], 2])
    assert.deepEqual([equal.code, /ONE-1 +equal/.test(equal.stdout)], [exitCodes.ok, true])
    assert.equal(await count(`erpsync.message where intent = 'resync'`), 1)
  })
})
