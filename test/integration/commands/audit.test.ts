import assert from 'node:assert/strict'
import {manage} from '../../support/manage.js'
import {orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {runCli} from '../../support/run-cli.js'

describe('erpsync audit', function () {
  this.timeout(90_000)

  let pipeline: Pipeline
  beforeEach(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => pipeline.close())

  it('ends with 0 where all is well, with 6 and the names of what is missing where a queue is gone, and repairs', async () => {
    const audit = async (...args: readonly string[]) =>
      runCli(['audit', '--config', pipeline.configPath, '--sap', 'all', '--lag', '0s', '--json', ...args], {
        timeoutMs: 60_000,
      })
    await pipeline.push(...orders('A', 3))
    await pipeline.workOff()
    const healthy = await audit()
    await pipeline.push(...orders('B', 2))
    const relay = await pipeline.startWorker({roles: ['relay']})
    await pipeline.reaches(orders('B', 2)[1] ?? assert.fail(), 'queued')
    await relay.stop()
    await manage(pipeline.vhost.managementUrl, 'DELETE', `queues/${pipeline.vhost.vhost}/test.sales-order.work`)

    const broken = await audit('--repair')
    await pipeline.workOff()
    const mended = await audit()

    assert.deepEqual([healthy.code, broken.code, mended.code], [0, 6, 0])
    assert.deepEqual([healthy, broken, mended].map(summaryOf), [
      {missing: 0, duplicates: 0, outOfOrder: 0, keys: [], repaired: null},
      {missing: 2, duplicates: 0, outOfOrder: 0, keys: ['B-1', 'B-2'], repaired: 2},
      {missing: 0, duplicates: 0, outOfOrder: 0, keys: [], repaired: null},
    ])
    await pipeline.balance()
  })

  it('refuses a share that is none', async () => {
    const {code, stderr} = await runCli(['audit', '--config', pipeline.configPath, '--sap', '200%'])

    assert.equal(code, 2)
    assert.match(stderr, /--sap takes all, none or a percentage/)
  })
})

function summaryOf({stdout}: {readonly stdout: string}) {
  const {missing, duplicates, outOfOrder, discrepancies, repaired} = JSON.parse(stdout)
  return {
    missing,
    duplicates,
    outOfOrder,
    keys: discrepancies.map(({key}: {readonly key: string}) => key).toSorted(),
    repaired,
  }
}
