import assert from 'node:assert/strict'
import {resumeDestination} from '#lib/delivery/pauses.js'
import {rfcPids} from '../../support/child-processes.js'
import {eventually} from '../../support/eventually.js'
import {ada} from '../../support/operator.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {requireRfcSdk, type RfcSdk} from '../../support/rfc-standin.js'
import {runCli, startCli} from '../../support/run-cli.js'

describe('delivery by RFC', () => {
  let sdk: RfcSdk
  let pipeline: Pipeline
  before(async function () {
    sdk = await requireRfcSdk(this)
    pipeline = await openPipeline({
      rfc: sdk,
      timeout: '2s',
      settle: '1s',
      retry: {attempts: 6},
      destination: {breaker: {probeEvery: '500ms'}},
    })
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => pipeline?.close())

  const struck = async (kind: string) => (await pipeline.admin.stats()).faults[kind] ?? 0
  /** Notes how often a fault has struck; what it gives waits for the next time. */
  const nextStrike = async (kind: string) => {
    const before = await struck(kind)
    return async () => eventually(async () => (await struck(kind)) > before)
  }
  /** The process that makes the calls, or that will as soon as it is started again. */
  const onlyPid = async () => eventually(async () => (await rfcPids())[0] ?? assert.fail('no process makes calls'))

  it('books every order once, while calls break before and after the COMMIT and their process is killed', async () => {
    await pipeline.admin.setFaults({
      faults: [
        ...[7, 21, 42].map((number) => ({kind: 'drop-before-commit', body: `MIXED-${number}/`}) as const),
        {kind: 'drop-after-commit', rate: 0.1},
        {kind: 'lock', rate: 0.05},
        {kind: 'latency', ms: 30, rate: 1},
      ],
    })
    await pipeline.push(...orders('MIXED', 200))
    const worker = await pipeline.startWorker()

    for (const done of [10, 25, 40]) {
      await eventually(async () => (await pipeline.admin.stats()).effects.creates >= done, {timeoutMs: 30_000})
      process.kill(await onlyPid(), 'SIGKILL')
    }
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    // A message that two kills struck before its COMMIT is a dead letter by now, or on its way to be one.
    await eventually(async () => pipeline.balance().then(() => true))
    await worker.stop()

    assert.equal(await struck('drop-before-commit'), 3)
    assert.ok((await struck('drop-after-commit')) > 0)
  }).timeout(120_000)

  it('finds by a look-up what SAP booked although the process was killed in the COMMIT', async () => {
    const document = order('KILLED-1')
    const path = 'BAPI_TRANSACTION_COMMIT'
    await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 500, path}]})
    const struckOnce = await nextStrike('latency')
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await struckOnce()
    process.kill(await onlyPid(), 'SIGKILL')
    const {attempts} = await pipeline.reaches(document, 'synced')
    await worker.stop()

    assert.equal(attempts, 1)
    assert.ok(worker.log.has('outcome not known yet; SAP will be asked'))
    assert.equal((await pipeline.admin.effectOf('KILLED-1/1')).creates, 1)
  })

  it('sends again what a look-up did not find after the process was killed in the COMMIT', async () => {
    const document = order('KILLED-2')
    await pipeline.admin.setFaults({faults: [{kind: 'hang', path: 'BAPI_TRANSACTION_COMMIT'}]})
    const struckOnce = await nextStrike('hang')
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await struckOnce()
    process.kill(await onlyPid(), 'SIGKILL')
    const {attempts} = await pipeline.reaches(document, 'synced')
    await worker.stop()

    assert.equal(attempts, 2)
    assert.equal((await pipeline.admin.effectOf('KILLED-2/1')).creates, 1)
  })

  it('gives up after the second dump, though the flow allows more attempts', async () => {
    const document = order('DUMP-1')
    await pipeline.admin.setFaults({
      faults: [{kind: 'dump', key: 'COMPUTE_INT_ZERODIVIDE', path: 'BAPI_SALESORDER', rate: 1}],
    })
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    const {attempts} = await pipeline.reaches(document, 'dead')
    await worker.stop()

    assert.equal(attempts, 2)
  })

  it('waits without a strike while SAP is away', async () => {
    const document = order('AWAY-1')
    await pipeline.admin.setFaults({faults: [{kind: 'unavailable', rate: 1}]})
    await pipeline.push(document)
    const worker = await pipeline.startWorker()

    await pipeline.reaches(document, 'retry_wait')
    await pipeline.admin.clearFaults()
    const {strikes} = await pipeline.reaches(document, 'synced', 30_000)
    await worker.stop()

    assert.equal(strikes, 0)
  }).timeout(60_000)

  it('pauses the destination at the first refused logon, so that the user is not locked', async () => {
    const document = order('REFUSED-1')
    await pipeline.admin.setFaults({faults: [{kind: 'logon-refused', rate: 1}]})
    await pipeline.push(document)
    const before = await struck('logon-refused')
    const worker = await pipeline.startWorker()

    await eventually(() => worker.log.has('destination paused: a person must act'))
    const refused = (await struck('logon-refused')) - before
    await pipeline.admin.clearFaults()
    await resumeDestination(pipeline.database, 'sandbox', ada)
    await pipeline.reaches(document, 'synced', 30_000)
    await worker.stop()

    assert.equal(refused, 1)
  }).timeout(60_000)
})

describe('worker start with calls by RFC that hang', () => {
  let pipeline: Pipeline
  before(async function () {
    pipeline = await openPipeline({rfc: await requireRfcSdk(this), timeout: '6s'})
  })
  after(async () => pipeline?.close())

  it('delivers, logs and answers a signal as if there were none', async () => {
    const hanging = orders('HANGS', 4)
    await pipeline.admin.setFaults({
      faults: hanging.map(({orderId}) => ({kind: 'hang', path: 'BAPI_SALESORDER_CREATEFROMDAT2', body: `${orderId}/`})),
    })
    const worker = startCli(['worker', 'start', '--log-format', 'json'], {env: {ERPSYNC_CONFIG: pipeline.configPath}})
    await pipeline.push(...hanging)
    await eventually(async () => (await pipeline.admin.stats()).faults.hang === 4, {timeoutMs: 20_000})
    const hungMs = performance.now()

    await pipeline.push(...orders('GOES-ON', 20))
    await eventually(async () => (await pipeline.admin.stats()).effects.creates === 20)
    await eventually(() => worker.stdout().concat(worker.stderr()).split('message synced').length === 21)
    const stopping = worker.stop()
    await worker.waitForOutput('worker draining', 1000)
    const drainingMs = performance.now()

    assert.ok(drainingMs - hungMs < 5500, `took ${drainingMs - hungMs} ms`)
    assert.equal((await stopping).code, 0)
  }).timeout(60_000)
})

describe('commands without SAP’s library', () => {
  let pipeline: Pipeline
  before(async function () {
    const {module} = await requireRfcSdk(this)
    pipeline = await openPipeline({rfc: {module, library: '/nowhere'}})
  })
  after(async () => pipeline?.close())

  for (const command of [
    ['erp', 'ping'],
    ['worker', 'start'],
  ]) {
    it(`ends ${command.join(' ')} with 78, and names the file and where to get it`, async () => {
      const {code, stdout, stderr} = await runCli(command, {env: {ERPSYNC_CONFIG: pipeline.configPath}})

      assert.equal(code, 78, stderr)
      assert.match((stdout + stderr).replace(/\s+/g, ' '), /libsap\w+\.so.*SAP NW RFC SDK 7\.50.*support portal/)
    })
  }
})
