import assert from 'node:assert/strict'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../../support/eventually.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {openRelay, type Relay} from '../../support/relay.js'

describe('runWorker during an outage', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let relay: Relay
  before(async () => {
    pipeline = await openPipeline({
      postgresUrl: async (url) => {
        const address = new URL(url)
        relay = await openRelay(Number(address.port))
        address.port = String(relay.port)
        return address.toString()
      },
    })
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => {
    await pipeline.close()
    relay.die()
  })

  it('writes down what SAP answered while PostgreSQL was away, and books nothing twice', async () => {
    const documents = orders('AWAY', 16)
    await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 500, method: 'POST', rate: 1}]})
    await pipeline.push(...documents)
    const worker = await pipeline.startWorker()
    // All that may run at once are on their way to SAP.
    await eventually(async () => ((await pipeline.admin.stats()).faults.latency ?? 0) >= 8)

    relay.die()
    await eventually(() => worker.log.has('ledger not reachable; waiting'))
    await eventually(async () => (await pipeline.admin.stats()).effects.creates >= 8)
    await relay.revive()

    await eventually(pipeline.isQuiet, {timeoutMs: 30_000})
    await worker.stop()
    const {rows} = await pipeline.database.query<{most: number}>(
      'select max(attempts) as most from erpsync.message where state = $1',
      ['synced'],
    )
    assert.deepEqual(rows, [{most: 1}])
    await pipeline.balance()
  })

  it('goes on by itself when PostgreSQL is back', async () => {
    const worker = await pipeline.startWorker()
    relay.die()
    await eventually(() => worker.log.has('relay interrupted; it goes on by itself'))
    await relay.revive()
    const document = order('BACK-1')

    await pipeline.push(document)

    await pipeline.reaches(document, 'synced')
    await worker.stop()
    await pipeline.balance()
  })

  it('says at the start which queue is missing', async () => {
    const config = {...pipeline.config, rabbitmq: {...pipeline.config.rabbitmq, prefix: 'undeclared'}}

    const worker = await pipeline.startWorker({roles: ['relay', 'archiver'], flows: []}, config)

    await assert.rejects(worker.ended, {code: 'rabbitmq_queue_missing', exitCode: exitCodes.configuration})
  })
})
