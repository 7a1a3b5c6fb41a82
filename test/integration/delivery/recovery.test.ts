import assert from 'node:assert/strict'
import {envelopeHeaders} from '#lib/broker/envelope.js'
import {claimAttempts} from '#lib/ledger/claim.js'
import {settleAttempts} from '#lib/ledger/settle.js'
import {countReady, publishRaw} from '../../support/amqp.js'
import {eventually} from '../../support/eventually.js'
import {failure} from '../../support/failure.js'
import {manage} from '../../support/manage.js'
import {type Order, order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'

describe('runWorker after something was lost', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => pipeline.admin.clearFaults())
  after(async () => pipeline.close())

  const pushOne = async (document: Order): Promise<string> => {
    const [verdict] = await pipeline.push(document)
    assert.ok(verdict?.kind === 'accepted')
    return verdict.id
  }
  const queue = async (document: Order): Promise<void> => {
    const relay = await pipeline.startWorker({roles: ['relay']})
    await pipeline.reaches(document, 'queued')
    await relay.stop()
  }
  const claimAsDead = async (messageId: string): Promise<void> => {
    const [answer] = await pipeline.database.transaction(async (tx) =>
      claimAttempts(tx, [{messageId, attempt: 1, lane: 'work', worker: 'dead'}]),
    )
    assert.equal(answer?.kind, 'granted')
  }

  it('asks SAP before it sends what a worker had claimed that died', async () => {
    const document = order('DIED-BEFORE')
    const id = await pushOne(document)
    await queue(document)
    await claimAsDead(id)

    await pipeline.workOff()

    assert.equal((await pipeline.standing(document))?.attempts, 2)
    await pipeline.balance()
  })

  it('sends nothing again that a worker had booked before it died', async () => {
    const document = order('DIED-AFTER')
    await pipeline.admin.addFault({kind: 'drop-after-commit', reference: referenceOf(document)})
    const id = await pushOne(document)
    await queue(document)
    const first = await pipeline.startWorker({roles: ['lanes']})
    await pipeline.reaches(document, 'in_doubt')
    await first.stop()
    // As if the worker had died in mid-call: nothing written but its claim, and its copy is delivered again.
    await pipeline.database.query(`update erpsync.message set state = 'in_flight', probe_after = null where id = $1`, [
      id,
    ])
    await pipeline.database.query(
      `update erpsync.outbox set published_at = null, due_at = now() where message_id = $1 and attempt = 1`,
      [id],
    )

    await pipeline.workOff()

    assert.equal((await pipeline.standing(document))?.attempts, 1)
    await pipeline.balance()
  })

  it('keeps a copy that comes before the outcome of the attempt before it is written', async () => {
    const document = order('AHEAD-1')
    const id = await pushOne(document)
    await pipeline.database.query('delete from erpsync.outbox where message_id = $1', [id])
    await claimAsDead(id)
    const headers = envelopeHeaders({
      messageId: id,
      flow: 'sales-order',
      key: document.orderId,
      attempt: 2,
      revision: 0,
      firstSeen: new Date(),
    })
    await publishRaw(
      pipeline.vhost.url,
      {exchange: 'test.lane', routingKey: 'sales-order.retry'},
      {messageId: id, headers, body: JSON.stringify(document)},
    )
    const early = await pipeline.startWorker({roles: ['lanes']})
    await eventually(async () => (await countReady(pipeline.vhost.url, 'test.sales-order.retry')) === 0)
    await early.stop()
    await pipeline.database.transaction(async (tx) =>
      settleAttempts(tx, [
        {
          kind: 'retry',
          messageId: id,
          attempt: 1,
          failure: failure(),
          waitMs: 200,
          strike: true,
          resend: false,
          copy: 'on_broker',
        },
      ]),
    )

    await pipeline.workOff()

    assert.equal((await pipeline.standing(document))?.state, 'synced')
    await pipeline.balance()
  })

  it('ends a call in time however often SAP has it log on again, so that no look-up comes too early', async () => {
    const document = order('SLOW-1')
    await pipeline.admin.setFaults({
      faults: [
        {kind: 'latency', ms: 900, count: 4},
        {kind: 'expired-session', reference: referenceOf(document)},
      ],
    })
    await pushOne(document)

    await pipeline.workOff()

    const {rows} = await pipeline.database.query<{ms: number}>(
      `select (extract(epoch from ended_at - started_at) * 1000)::integer as ms
         from erpsync.attempt a join erpsync.message m on m.id = a.message_id
        where m.reference = $1 and a.number = 1`,
      [referenceOf(document)],
    )
    assert.ok(rows[0] && rows[0].ms < 2300, JSON.stringify(rows))
    await pipeline.balance()
  })

  it('books once what is delivered again after the broker closed the connections', async () => {
    const documents = orders('CUT', 12)
    await pipeline.admin.setFaults({faults: [{kind: 'latency', ms: 400, method: 'POST', rate: 1}]})
    await pipeline.push(...documents)
    const worker = await pipeline.startWorker()
    await eventually(async () => (await pipeline.admin.stats()).faults.latency !== undefined)

    await closeConnections(pipeline)

    await eventually(pipeline.isQuiet, {timeoutMs: 30_000})
    await worker.stop()
    assert.ok(worker.log.has('lane interrupted'))
    await pipeline.balance()
  })
})

async function closeConnections({vhost: {managementUrl, vhost}}: Pipeline): Promise<void> {
  const rows = await eventually(
    async () => {
      const found = (await manage(managementUrl, 'GET', `vhosts/${vhost}/connections`)) as readonly {
        readonly name: string
      }[]
      return found.length >= 2 && found
    },
    {timeoutMs: 20_000, everyMs: 200},
  )
  for (const {name} of rows || []) await manage(managementUrl, 'DELETE', `connections/${encodeURIComponent(name)}`)
}
