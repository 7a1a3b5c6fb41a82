import assert from 'node:assert/strict'
import {startSandboxErp, type SandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {eventually} from '../../support/eventually.js'
import {orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('outage mode', function () {
  this.timeout(90_000)
  let pipeline: Pipeline
  let erp: SandboxErp
  beforeEach(async () => {
    pipeline = await openPipeline({destination: {breaker: {failures: 3, within: '1m', probeEvery: '300ms'}}})
    erp = pipeline.erp
  })
  afterEach(async () => {
    await pipeline.close()
  })

  const breaker = async () => {
    const {rows} = await pipeline.database.query<{breaker: string; failures: number}>(
      'select breaker, failures from erpsync.destination',
    )
    return rows[0]
  }

  it('keeps hundreds of messages through an outage without an attempt, a strike or a dead letter', async () => {
    const documents = orders('OUT', 300)
    await pipeline.push(...documents)
    await erp.close()
    const worker = await pipeline.startWorker()

    await eventually(async () => (await breaker())?.breaker !== 'closed')
    await eventually(() => worker.log.has('destination is still away'))
    const broken = await pipeline.database.query<{begun: number; calls: number; strikes: number; queued: number}>(
      `select count(*) filter (where attempts > 0)::integer as begun, sum(attempts)::integer as calls,
              max(strikes)::integer as strikes, count(*) filter (where state in ('accepted', 'queued'))::integer as queued
         from erpsync.message`,
    )
    erp = await startSandboxErp({host: '127.0.0.1', port: portOf(erp), user: 'ERPSYNC', password: 's3cret'})
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await worker.stop()

    const [counts] = broken.rows
    assert.ok(
      counts !== undefined && counts.begun > 0 && counts.begun <= 20 && counts.calls <= 20,
      JSON.stringify(counts),
    )
    assert.equal(counts.strikes, 0)
    assert.ok(counts.queued >= 280, JSON.stringify(counts))
    assert.deepEqual(await breaker(), {breaker: 'closed', failures: 0})
    const {rows} = await pipeline.database.query(
      `select state, max(strikes) as strikes, (select count(*)::integer from erpsync.dead_letter) as letters
         from erpsync.message group by state`,
    )
    assert.deepEqual(rows, [{state: 'synced', strikes: 0, letters: 0}])
    await pipeline.balance()
    await erp.close()
  })
})

function portOf({url}: SandboxErp): number {
  return Number(new URL(url).port)
}
