import assert from 'node:assert/strict'
import {findFlow} from '#lib/config/load.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {bury} from '../support/bury.js'
import {eventually} from '../support/eventually.js'
import {type Order, orders, referenceOf} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli, startCli} from '../support/run-cli.js'

describe('replaying many dead letters', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  let env: Readonly<Record<string, string>>
  beforeEach(async () => {
    // One attempt: every failure is a letter.
    pipeline = await openPipeline({retry: {attempts: 1}, destination: {limits: {concurrency: 32}}})
    env = {ERPSYNC_CONFIG: pipeline.configPath, ERPSYNC_ACTOR: 'ada'}
  })
  afterEach(async () => pipeline.close())

  const erpsync = async (...args: readonly string[]): Promise<CliResult> => runCli(args, {env, timeoutMs: 60_000})
  const startWorker = async () => pipeline.startWorker({concurrency: 32})
  const count = async (sql: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(`select count(*)::integer as count from ${sql}`)
    return rows[0]?.count ?? -1
  }
  const operationIn = ({stdout, stderr}: CliResult): string => /R-[A-Z2-7]{7}/.exec(stdout + stderr)?.[0] ?? ''
  const outcomes = async () => {
    const {rows} = await pipeline.database.query<{state: string; letters: number}>(
      'select state, count(*)::integer as letters from erpsync.operation_item group by state order by state',
    )
    return Object.fromEntries(rows.map(({state, letters}) => [state, letters]))
  }
  const actionsOf = async (id: string): Promise<readonly string[]> => {
    const {rows} = await pipeline.database.query<{action: string; actor: string}>(
      'select action, actor from erpsync.trail where operation_id = $1 order by seq',
      [id],
    )
    return rows.map(({action, actor}) => `${action} by ${actor}`)
  }
  const book = async (documents: readonly Order[]): Promise<void> => {
    const {destination, target, operation, name} = findFlow(pipeline.config, 'sales-order')
    const mapping = await compileOperation(operation)
    const connector = openConnector(destination, target, operation, name)
    for (const document of documents) {
      const mapped = await mapping.apply(document)
      assert.ok(mapped.ok)
      const reference = referenceOf(document)
      const outcome = await connector.submit({reference, body: mapped.body}, AbortSignal.timeout(10_000))
      assert.equal(outcome.kind, 'done')
    }
    await connector.close()
  }

  it('stops 2,000 at a canary that fails, and goes on once the cause is mended', async () => {
    await bury(pipeline.database, orders('CANARY', 2000))
    await pipeline.admin.setFaults({
      faults: [{kind: 'business-error', code: 'VP/204', text: 'Customer does not exist', rate: 1}],
    })
    const worker = await startWorker()

    const stopped = await erpsync('dlq', 'replay', '--all', '--canary', '5', '--confirm', '2000', '--reason', 'INC-1')

    const id = operationIn(stopped)
    assert.equal(stopped.code, exitCodes.stoppedByGuard, stopped.stderr)
    assert.match(stopped.stdout, /Stopped: canary: \d of 5 died again\./)
    assert.match(stopped.stdout, new RegExp(`erpsync dlq ops resume ${id}`))
    assert.equal(await count(`erpsync.message where attempts = 1 and state = 'dead'`), 1995)
    assert.equal(await count(`erpsync.dead_letter where state = 'open' and attempt = 1`), 1995)
    assert.equal((await pipeline.admin.effects()).size, 0)

    await pipeline.admin.clearFaults()
    const resumed = await erpsync('dlq', 'ops', 'resume', id, '--reason', 'mended')
    await worker.stop()

    assert.equal(resumed.code, exitCodes.ok, resumed.stdout + resumed.stderr)
    assert.deepEqual(await outcomes(), {resolved: 2000})
    assert.equal(await count(`erpsync.message where state = 'synced'`), 2000)
    await pipeline.balance()
    assert.deepEqual(await actionsOf(id), [
      'operation.start by ada',
      'operation.stop by ada',
      'operation.resume by ada',
      'operation.finish by ada',
    ])
  })

  it('loses and doubles nothing when it is killed in the middle, and is gone on with by another', async () => {
    await bury(pipeline.database, orders('KILLED', 1000))
    const worker = await startWorker()
    const args = ['dlq', 'replay', '--all', '--yes', '--rate', '150/s', '--max-in-flight', '60']
    const killed = startCli(args, {env})
    await eventually(async () => (await count(`erpsync.operation_item where state = 'resolved'`)) >= 150, {
      timeoutMs: 30_000,
    })

    const {signal} = await killed.kill()
    const {rows} = await pipeline.database.query<{id: string; pending: number; lease_owner: string}>(
      'select id, pending, lease_owner from erpsync.operation',
    )
    const [left] = rows
    assert.ok(left)
    const refused = await erpsync('dlq', 'ops', 'resume', left.id)
    await eventually(async () => (await count('erpsync.operation where lease_until > clock_timestamp()')) === 0, {
      timeoutMs: 15_000,
    })
    const resumed = await runCli(['dlq', 'ops', 'resume', left.id], {
      env: {...env, ERPSYNC_ACTOR: 'bob'},
      timeoutMs: 60_000,
    })
    await worker.stop()

    assert.equal(signal, 'SIGKILL')
    assert.ok(left.pending > 0)
    assert.equal(refused.code, exitCodes.conflict)
    assert.ok(refused.stderr.includes(left.lease_owner), refused.stderr)
    assert.equal(resumed.code, exitCodes.ok, resumed.stdout + resumed.stderr)
    assert.deepEqual(await outcomes(), {resolved: 1000})
    assert.equal(await count('erpsync.message where attempts = 2'), 1000)
    await pipeline.balance()
    assert.deepEqual(await actionsOf(left.id), [
      'operation.start by ada',
      'operation.resume by bob',
      'operation.finish by bob',
    ])
  })

  it('asks SAP first for 500 of unknown outcome, and sends only the 200 that it does not have', async () => {
    const documents = orders('DOUBT', 500)
    await book(documents.slice(0, 300))
    await bury(pipeline.database, documents, {class: 'in_doubt', executed: 'unknown', code: 'net:ECONNRESET'})
    const worker = await startWorker()

    const planned = await erpsync('dlq', 'plan', '--all', '--sample', '50', '--json')
    const replayed = await erpsync('dlq', 'replay', '--all', '--yes', '--wait', '--json')
    await worker.stop()

    const {inSap} = JSON.parse(planned.stdout) as {inSap: Readonly<Record<string, number>>}
    assert.deepEqual([inSap.of, inSap.asked, inSap.unclear], [500, 50, 0])
    assert.ok((inSap.found ?? 0) > 15 && (inSap.found ?? 0) < 45, JSON.stringify(inSap))
    assert.equal(replayed.code, exitCodes.ok, replayed.stdout + replayed.stderr)
    const {outcome, operation} = JSON.parse(replayed.stdout) as {outcome: unknown; operation: {counts: unknown}}
    assert.deepEqual(outcome, {resolved: 500, diedAgain: 0, pending: 0})
    assert.deepEqual(operation.counts, {
      letters: 500,
      pending: 0,
      sent: 0,
      resolved: 200,
      failedSame: 0,
      failedNew: 0,
      alreadyInSap: 300,
      skipped: 0,
    })
    assert.equal(await count(`erpsync.attempt where number = 2`), 200)
    await pipeline.balance()
  })

  it('sends each of 1,000 once when two replay them at once, and tells the second whose they are', async () => {
    await bury(pipeline.database, orders('TWICE', 1000))
    const worker = await startWorker()

    const results = await Promise.all(
      ['ada', 'bob'].map(async (actor) =>
        // At a rate, so that the first is still at it when the second comes, however late its process starts.
        runCli(['dlq', 'replay', '--all', '--yes', '--wait', '--rate', '100/s'], {
          env: {...env, ERPSYNC_ACTOR: actor},
          timeoutMs: 60_000,
        }),
      ),
    )
    await worker.stop()

    const [winner, loser] = results.toSorted((a, b) => (a.code ?? 0) - (b.code ?? 0))
    assert.deepEqual([winner?.code, loser?.code], [exitCodes.ok, exitCodes.conflict])
    const {rows} = await pipeline.database.query<{id: string; created_by: string}>(
      `select id, created_by from erpsync.operation`,
    )
    const [operation, ...others] = rows
    assert.deepEqual(others, [])
    assert.ok(operation)
    // Some may have their outcome already when the second looks.
    const told = new RegExp(`(\\d+) of these letters are in operation ${operation.id} of ${operation.created_by}`)
    const [, busy] = told.exec(loser?.stderr ?? '') ?? []
    assert.ok(Number(busy) > 500, loser?.stderr)
    assert.equal(await count('erpsync.message where attempts = 2'), 1000)
    await pipeline.balance()
  })

  it('ends by Ctrl-C when what is on its way has its outcome, and says how to go on', async () => {
    await bury(pipeline.database, orders('CTRL-C', 300))
    const worker = await startWorker()
    const replay = startCli(['dlq', 'replay', '--all', '--yes', '--rate', '50/s'], {env})
    await eventually(async () => (await count(`erpsync.operation_item where state = 'resolved'`)) >= 30, {
      timeoutMs: 20_000,
    })

    const interrupted = await replay.stop('SIGINT')
    const id = operationIn(interrupted)
    const standing = await outcomes()
    const resumed = await erpsync('dlq', 'ops', 'resume', id)
    await worker.stop()

    assert.equal(interrupted.code, exitCodes.interrupted)
    assert.match(interrupted.stdout, new RegExp(`Go on: erpsync dlq ops resume ${id}`))
    assert.deepEqual(Object.keys(standing), ['pending', 'resolved'])
    assert.equal(resumed.code, exitCodes.ok)
    await pipeline.balance()
  })

  it('is paused and cancelled from another terminal within a second, and accounts for what was sent', async () => {
    await bury(pipeline.database, orders('STEER', 200))
    const worker = await startWorker()
    const first = startCli(['dlq', 'replay', '--all', '--yes', '--rate', '20/s'], {env})
    await eventually(async () => (await count(`erpsync.operation_item where state = 'resolved'`)) >= 5, {
      timeoutMs: 20_000,
    })
    const {rows} = await pipeline.database.query<{id: string}>('select id from erpsync.operation')
    const id = rows[0]?.id ?? ''

    const paused = await erpsync('dlq', 'ops', 'pause', id, '--reason', 'SAP is slow', '--actor', 'bob')
    const pausedAt = performance.now()
    const told = await first.ended
    const heardMs = performance.now() - pausedAt
    const second = startCli(['dlq', 'ops', 'resume', id], {env})
    await eventually(async () => (await count(`erpsync.operation where state = 'running'`)) === 1)
    const cancelled = await erpsync('dlq', 'ops', 'cancel', id, '--reason', 'wrong group', '--actor', 'bob', '--json')
    const toldAgain = await second.ended
    await eventually(async () => (await count('erpsync.operation where sent > 0')) === 0)
    await worker.stop()

    assert.deepEqual([paused.code, told.code], [exitCodes.ok, exitCodes.pending])
    assert.match(told.stdout, /Paused by bob: SAP is slow\./)
    assert.ok(heardMs < 1000, `${heardMs} ms`)
    assert.deepEqual([cancelled.code, toldAgain.code], [exitCodes.ok, exitCodes.conflict])
    assert.match(toldAgain.stdout, /Cancelled by bob: wrong group\./)
    const {resolved = 0, skipped = 0, ...others} = await outcomes()
    assert.deepEqual([others, resolved + skipped], [{}, 200])
    assert.ok(resolved > 0 && skipped > 0)
    assert.equal(await count(`erpsync.dead_letter where state = 'open'`), skipped)
    await pipeline.balance()
  })

  it('asks for more the more it would send, and ends with 2 where there is nobody to ask', async () => {
    await bury(pipeline.database, orders('ASKED', 11))

    const asked = await erpsync('dlq', 'replay', '--all')
    const wrong = await erpsync('dlq', 'replay', '--all', '--confirm', '12')
    const few = await erpsync('dlq', 'replay', '--all', '--limit', '10')

    assert.deepEqual([asked.code, wrong.code, few.code], [exitCodes.usage, exitCodes.conflict, exitCodes.ok])
    assert.match(asked.stderr, /--confirm=11/)
    assert.equal(await count('erpsync.operation'), 1)
    assert.equal(await count(`erpsync.dead_letter where state = 'replayed'`), 10)
  })
})
