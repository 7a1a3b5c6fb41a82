import assert from 'node:assert/strict'
import {eventually} from '../../support/eventually.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {runCli, startCli} from '../../support/run-cli.js'

describe('erpsync destination', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline({
      timeout: '30s',
      destination: {limits: {concurrency: 3, perSecond: 500, closed: ['Sun 02:00-02:01 Europe/Berlin']}},
    })
  })
  after(async () => pipeline.close())

  const erpsync = async (...args: readonly string[]) =>
    runCli([...args, '--config', pipeline.configPath], {env: {ERPSYNC_ACTOR: 'ada'}})
  const list = async () => JSON.parse((await erpsync('destination', 'list', '--json')).stdout) as Listed

  it('pause stops the calls until resume, and list says who and why', async () => {
    const paused = await erpsync('destination', 'pause', 'sandbox', '--reason', 'kernel patch', '--for', '1h')
    const worker = await pipeline.startWorker()
    await pipeline.push(order('PAUSED-1'))
    const listed = await erpsync('destination', 'list')
    const [row] = (await list()).destinations

    assert.match(paused.stdout, /^Paused destination sandbox \(ada: kernel patch\) until 20/)
    assert.match(listed.stdout, /sandbox +paused +0 +3 +500 +(?:closes|opens) .*ada until 20.*: kernel patch/)
    assert.deepEqual([row?.standing, row?.pause?.by, row?.breaker.kind], ['paused', 'ada', 'closed'])
    assert.equal((await pipeline.admin.stats()).requests, 0)

    const resumed = await erpsync('destination', 'resume', 'sandbox')
    await pipeline.reaches(order('PAUSED-1'), 'synced')
    await worker.stop()

    assert.match(resumed.stdout, /^Resumed destination sandbox, paused by ada at 20.*: kernel patch\n$/)
    assert.equal(
      (await erpsync('destination', 'resume', 'sandbox')).stdout,
      'The destination sandbox was not paused.\n',
    )
  })

  it('refuses a destination that is not configured', async () => {
    const {code, stderr} = await erpsync('destination', 'pause', 'sandbux', '--reason', 'patch')

    assert.equal(code, 2)
    assert.match(stderr, /There is no destination "sandbux"\. Did you mean "sandbox"\?/)
  })

  it('keeps two worker processes together under the limit, and list shows their shares', async () => {
    await pipeline.admin.addFault({kind: 'latency', ms: 150, rate: 1})
    await pipeline.push(...orders('SHARED', 120))
    const start = () => startCli(['worker', 'start', '--config', pipeline.configPath, '--log-format', 'json'])

    const workers = [start(), start()]
    await Promise.all(workers.map(async (worker) => worker.waitForOutput('worker ready', 60_000)))
    await eventually(async () => (await list()).destinations[0]?.workers.every(({granted}) => granted > 0), {
      timeoutMs: 30_000,
      everyMs: 200,
    })
    const [row] = (await list()).destinations
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    const {mostAtOnce} = await pipeline.admin.stats()
    const ends = await Promise.all(workers.map(async (worker) => worker.stop()))

    assert.equal(mostAtOnce, 3)
    assert.equal(row?.workers.length, 2)
    assert.ok((row?.workers ?? []).reduce((sum, {granted}) => sum + granted, 0) <= 3)
    assert.deepEqual(
      ends.map(({code}) => code),
      [0, 0],
    )
    await pipeline.balance()
  })
})

describe('erpsync flow', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline()
  })
  after(async () => pipeline.close())

  const erpsync = async (...args: readonly string[]) =>
    runCli([...args, '--config', pipeline.configPath], {env: {ERPSYNC_ACTOR: 'ada'}})

  it('pause stops the deliveries of the flow until resume', async () => {
    const paused = await erpsync('flow', 'pause', 'sales-order', '--reason', 'wrong prices', '--json')
    const worker = await pipeline.startWorker()
    await pipeline.push(order('HELD-1'))
    const listed = await erpsync('destination', 'list')
    const {requests} = await pipeline.admin.stats()

    const resumed = await erpsync('flow', 'resume', 'sales-order')
    await pipeline.reaches(order('HELD-1'), 'synced')
    await worker.stop()

    const {scope, name, until, by, reason} = JSON.parse(paused.stdout) as Record<string, unknown>
    assert.deepEqual([scope, name, until, by, reason], ['flow', 'sales-order', null, 'ada', 'wrong prices'])
    assert.match(listed.stdout, /sales-order +resumed +ada +wrong prices/)
    assert.equal(requests, 0)
    assert.match(resumed.stdout, /^Resumed flow sales-order, paused by ada/)
  })
})

interface Listed {
  readonly destinations: readonly {
    readonly standing: string
    readonly pause: {readonly by: string} | null
    readonly breaker: {readonly kind: string}
    readonly workers: readonly {readonly granted: number}[]
  }[]
}
