import assert from 'node:assert/strict'
import {allFlows, type Config} from '#lib/config/load.js'
import {resumeDestination} from '#lib/delivery/pauses.js'
import {startSandboxErp, type SandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {eventually} from '../../support/eventually.js'
import {ada} from '../../support/operator.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('runWorker while SAP is away', function () {
  this.timeout(90_000)
  let pipeline: Pipeline
  let returned: SandboxErp | undefined
  beforeEach(async () => {
    pipeline = await openPipeline({destination: {breaker: {failures: 3, within: '1m', probeEvery: '500ms'}}})
  })
  afterEach(async () => {
    await pipeline.close()
    await returned?.close()
    returned = undefined
  })

  const breaker = async () => {
    const {rows} = await pipeline.database.query<{breaker: string; failures: number}>(
      'select breaker, failures from erpsync.destination',
    )
    return rows[0]
  }
  const comeBack = async (): Promise<void> => {
    const port = Number(new URL(pipeline.erp.url).port)
    returned = await startSandboxErp({host: '127.0.0.1', port, user: 'ERPSYNC', password: 's3cret'})
  }

  it('keeps hundreds of messages without a strike or a dead letter, and delivers them afterwards', async () => {
    await pipeline.push(...orders('OUT', 300))
    await pipeline.erp.close()

    const worker = await pipeline.startWorker()
    await eventually(() => worker.log.has('destination is still away'))
    const during = await account(pipeline)
    const opened = await breaker()
    await comeBack()
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await worker.stop()

    // The eight in flight when the breaker opened, and the probes.
    const probes = worker.log.events.filter(({event}) => event === 'probing destination').length
    assert.ok(during.calls <= 8 + probes, JSON.stringify({during, probes}))
    assert.notEqual(opened?.breaker, 'closed')
    assert.deepEqual(await breaker(), {breaker: 'closed', failures: 0})
    assert.ok(
      worker.log.has('destination is away; deliveries wait') && worker.log.has('destination is back; deliveries go on'),
    )
    const {calls, ...after} = await account(pipeline)
    assert.deepEqual(after, {synced: 300, strikes: 0, letters: 0})
    assert.ok(calls <= 300 + 8 + probes, String(calls))
    await pipeline.balance()
  })

  it('gives nothing back to the queue meanwhile', async () => {
    await pipeline.push(...orders('HELD', 40))
    await pipeline.erp.close()
    const worker = await pipeline.startWorker()
    await eventually(() => worker.log.has('destination is still away'))
    await comeBack()
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})

    // The broker publishes its figures every few seconds.
    const figures = await eventually(
      async () => {
        const {acknowledged, redelivered} = await deliveries(pipeline)
        return acknowledged >= 40 && {redelivered}
      },
      {timeoutMs: 20_000, everyMs: 200},
    )
    await worker.stop()

    assert.deepEqual(figures, {redelivered: 0})
  })

  it('makes one call an interval, however many wait', async () => {
    await pipeline.push(...orders('PROBE', 60))
    await pipeline.admin.addFault({kind: 'unavailable', retryAfterSeconds: 0, rate: 1})
    const worker = await pipeline.startWorker()
    await eventually(async () => (await breaker())?.breaker === 'open')
    const {requests} = await pipeline.admin.stats()
    const begun = performance.now()

    await eventually(async () => (await breaker())!.failures >= 8, {timeoutMs: 30_000})

    const calls = (await pipeline.admin.stats()).requests - requests
    const intervals = (performance.now() - begun) / 500
    await pipeline.admin.clearFaults()
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await worker.stop()
    assert.ok(calls <= intervals + 8, `${calls} calls in ${intervals} intervals`)
    assert.equal((await account(pipeline)).strikes, 0)
    await pipeline.balance()
  })

  it('leaves what waited to the next worker when it ends', async () => {
    await pipeline.push(...orders('LEFT', 30))
    await pipeline.erp.close()
    const worker = await pipeline.startWorker()
    await eventually(() => worker.log.has('destination is still away'))

    await worker.stop()
    await comeBack()
    await pipeline.workOff()

    assert.ok(worker.log.has('delivery set aside'))
    const {calls: _, ...after} = await account(pipeline)
    assert.deepEqual(after, {synced: 30, strikes: 0, letters: 0})
    await pipeline.balance()
  })

  it('pauses the destination when SAP refuses the credentials, loses nothing, and goes on when resumed', async () => {
    const documents = orders('REFUSED', 50)
    await pipeline.push(...documents)
    const config = withPassword(pipeline.config, 'wrong')

    const worker = await pipeline.startWorker({flows: allFlows(config)}, config)
    await eventually(() => worker.log.has('destination paused: a person must act'))
    const paused = await account(pipeline)
    await worker.stop()
    const next = await pipeline.startWorker()
    await pipeline.push(order('LATER'))
    const waiting = await account(pipeline)
    const {ended} = await resumeDestination(pipeline.database, 'sandbox', ada)
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await next.stop()

    assert.ok(paused.calls <= 8, JSON.stringify(paused))
    assert.deepEqual(waiting, paused)
    assert.deepEqual([ended?.by, ended?.until, /http:401/.test(ended?.reason ?? '')], ['erpsync', null, true])
    const {calls: _, ...after} = await account(pipeline)
    assert.deepEqual(after, {synced: 51, strikes: 0, letters: 0})
    await pipeline.balance()
  })
})

async function account({database}: Pipeline) {
  const {rows} = await database.query<{calls: number; synced: number; strikes: number; letters: number}>(
    `select sum(attempts)::integer as calls,
            count(*) filter (where state = 'synced')::integer as synced,
            sum(strikes)::integer as strikes,
            (select count(*)::integer from erpsync.dead_letter) as letters
       from erpsync.message`,
  )
  return rows[0] ?? assert.fail()
}

async function deliveries({vhost: {managementUrl, vhost}}: Pipeline) {
  const {origin, username, password} = new URL(managementUrl)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const response = await fetch(`${origin}/api/queues/${vhost}`, {headers: {authorization}})
  const queues = (await response.json()) as {message_stats?: {ack?: number; redeliver?: number}}[]
  const sum = (count: 'ack' | 'redeliver'): number =>
    queues.reduce((total, {message_stats: stats}) => total + (stats?.[count] ?? 0), 0)
  return {acknowledged: sum('ack'), redelivered: sum('redeliver')}
}

function withPassword(config: Config, password: string): Config {
  const destinations = Object.entries(config.destinations).map(([name, destination]) => [
    name,
    {...destination, auth: {basic: {user: 'ERPSYNC', password}}},
  ])
  return {...config, destinations: Object.fromEntries(destinations) as Config['destinations']}
}
