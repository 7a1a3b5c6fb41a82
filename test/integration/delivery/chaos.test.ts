import assert from 'node:assert/strict'
import {eventually} from '../../support/eventually.js'
import {orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('two workers with a SAP that fails in every way', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline({timeout: '700ms', retry: {attempts: 6}})
  })
  after(async () => pipeline.close())

  for (const seed of [1, 2, 3]) {
    it(`end with every order either booked once or in one letter (seed ${seed})`, async () => {
      await pipeline.admin.setFaults({
        seed,
        faults: [
          {kind: 'latency', ms: 60, rate: 0.3},
          {kind: 'lock', rate: 0.1},
          {kind: 'business-error', code: 'V1/319', text: 'Material is not defined.', rate: 0.03},
          {kind: 'drop-before-commit', rate: 0.06},
          {kind: 'drop-after-commit', rate: 0.06},
          {kind: 'truncated-body', method: 'POST', rate: 0.05},
          {kind: 'unavailable', retryAfterSeconds: 0, rate: 0.05},
          {kind: 'throttle', retryAfterSeconds: 0, rate: 0.05},
          {kind: 'expired-session', rate: 0.05},
          {kind: 'hang', method: 'POST', rate: 0.02},
        ],
      })
      await pipeline.push(...orders(`CHAOS-${seed}`, 60))

      const workers = await Promise.all([pipeline.startWorker(), pipeline.startWorker()])
      await eventually(pipeline.isQuiet, {timeoutMs: 90_000})
      await pipeline.admin.clearFaults()
      await eventually(async () => (await missingLetters()) === 0)
      await Promise.all(workers.map(async (worker) => worker.stop()))

      await pipeline.balance()
      const {rows} = await pipeline.database.query<{synced: number}>(
        `select count(*)::integer as synced from erpsync.message where state = 'synced' and business_key like $1`,
        [`CHAOS-${seed}-%`],
      )
      assert.ok(rows[0] && rows[0].synced > 30, JSON.stringify(rows))
    })
  }

  const missingLetters = async (): Promise<number> => {
    const {rows} = await pipeline.database.query(
      `select from erpsync.message m
        where m.state = 'dead' and not exists (select from erpsync.dead_letter l where l.message_id = m.id)`,
    )
    return rows.length
  }
})
