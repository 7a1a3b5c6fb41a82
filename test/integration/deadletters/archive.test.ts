import assert from 'node:assert/strict'
import {connect} from 'amqplib'
import {newId} from '#lib/kernel/ids.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {order, referenceOf} from '../../support/orders.js'
import {eventually} from '../../support/eventually.js'
import {replay} from '../../support/replay.js'

describe('runArchiver', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  before(async () => {
    pipeline = await openPipeline()
  })
  after(async () => pipeline.close())

  const letters = async () => {
    const {rows} = await pipeline.database.query<{code: string; state: string; message_id: string | null}>(
      'select code, state, message_id from erpsync.dead_letter order by seq',
    )
    return rows
  }
  const publish = async (
    exchange: string,
    routingKey: string,
    copies: readonly {readonly body: string; readonly messageId?: string; readonly headers?: object}[],
  ) => {
    const connection = await connect(pipeline.vhost.url)
    const channel = await connection.createConfirmChannel()
    for (const {body, ...properties} of copies) channel.publish(exchange, routingKey, Buffer.from(body), properties)
    await channel.waitForConfirms()
    await connection.close()
  }
  const dlqIsEmpty = async (): Promise<boolean> => {
    const connection = await connect(pipeline.vhost.url)
    const channel = await connection.createChannel()
    const {messageCount} = await channel.checkQueue('test.sales-order.dlq')
    await connection.close()
    return messageCount === 0
  }
  const archiveAll = async () => {
    const worker = await pipeline.startWorker({roles: ['archiver']})
    await eventually(dlqIsEmpty, {timeoutMs: 10_000})
    await worker.stop()
    assert.equal(await dlqIsEmpty(), true)
  }
  const refused = (attempt = 1) => ({
    'erpsync-flow': 'sales-order',
    'erpsync-key': 'K',
    'erpsync-attempt': attempt,
    'erpsync-first-seen': new Date().toISOString(),
    'erpsync-error-class': 'permanent',
    'erpsync-error-executed': 'no',
    'erpsync-error-code': 'sap:VP/204',
    'erpsync-error-message': 'Customer does not exist',
    'erpsync-error-stage': 'call',
    'erpsync-failed-at': new Date().toISOString(),
  })
  const deadMessage = async (orderId: string): Promise<string> => {
    const document = order(orderId, {customerId: 'NOBODY'})
    await pipeline.push(document)
    const worker = await pipeline.startWorker({roles: ['relay', 'lanes']})
    await pipeline.reaches(document, 'dead')
    await worker.stop()
    const {rows} = await pipeline.database.query<{id: string}>('select id from erpsync.message where reference = $1', [
      referenceOf(document),
    ])
    return rows[0]?.id ?? assert.fail()
  }

  beforeEach(async () => {
    await pipeline.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.payload_revision',
    )
  })

  it('archives a letter that comes twice once', async () => {
    const messageId = await deadMessage('TWICE-1')
    await publish('test.dlx', 'sales-order', [{messageId, body: '{}', headers: refused()}])

    await archiveAll()

    assert.deepEqual(await letters(), [{code: 'sap:VP/204', state: 'open', message_id: messageId}])
  })

  it('archives a refused document that is sent again and again once, and the letters beside it', async () => {
    const messageId = await deadMessage('BESIDE-1')
    const headers = {...refused(), 'erpsync-error-code': 'intake:refused'}
    await publish('test.dlx', 'sales-order', [
      {body: '{"broken": true}', headers},
      {body: '{"broken": true}', headers},
    ])
    await archiveAll()
    await publish('test.dlx', 'sales-order', [{body: '{"broken": true}', headers}])

    await archiveAll()

    assert.deepEqual(
      (await letters()).toSorted((a, b) => a.code.localeCompare(b.code)),
      [
        {code: 'intake:refused', state: 'open', message_id: null},
        {code: 'sap:VP/204', state: 'open', message_id: messageId},
      ],
    )
  })

  it('is not held up by a copy whose headers are nonsense', async () => {
    const headers = {...refused(), 'erpsync-error-class': 42, 'erpsync-attempt': 1.5}
    await publish('test.dlx', 'sales-order', [{body: '{"odd": 1}', headers, messageId: newId()}])

    await archiveAll()

    assert.equal((await letters()).length, 1)
  })

  it('leaves no trace of a copy whose message is not dead', async () => {
    const document = order('ALIVE-1')
    const [verdict] = await pipeline.push(document)
    assert.ok(verdict?.kind === 'accepted')
    await publish('test.dlx', 'sales-order', [{messageId: verdict.id, body: '{}', headers: refused()}])

    await archiveAll()

    assert.deepEqual(await letters(), [])
    assert.equal((await pipeline.standing(document))?.state, 'accepted')
  })

  it('leaves no trace of an attempt that came too late, when the message has died of the next one', async () => {
    await pipeline.admin.setFaults({faults: [{kind: 'drop-before-commit'}]})
    const messageId = await deadMessage('LATE-1')
    await publish('test.dlx', 'sales-order', [{messageId, body: '{}', headers: refused(1)}])

    await archiveAll()

    const {rows} = await pipeline.database.query('select attempt, state from erpsync.dead_letter')
    assert.deepEqual(rows, [{attempt: 2, state: 'open'}])
  })

  it('marks a message dead that the broker gave up on', async () => {
    const document = order('KILLED-1')
    await pipeline.push(document)
    const relay = await pipeline.startWorker({roles: ['relay']})
    await pipeline.reaches(document, 'queued')
    await relay.stop()
    await useUpDeliveries(pipeline.vhost.url, 'test.sales-order.work')

    await archiveAll()

    assert.equal((await pipeline.standing(document))?.state, 'dead')
    assert.deepEqual(
      (await letters()).map(({code, state}) => [code, state]),
      [['broker:delivery_limit', 'open']],
    )
  })

  it('opens the letter again when the broker gives up on the replay as well', async () => {
    const document = order('KILLED-2')
    await pipeline.push(document)
    const settings = {roles: ['relay']} as const
    let relay = await pipeline.startWorker(settings)
    await pipeline.reaches(document, 'queued')
    await relay.stop()
    await useUpDeliveries(pipeline.vhost.url, 'test.sales-order.work')
    await archiveAll()
    await replay(pipeline.database, {kind: 'all'})
    relay = await pipeline.startWorker(settings)
    await pipeline.reaches(document, 'queued')
    await relay.stop()
    await useUpDeliveries(pipeline.vhost.url, 'test.sales-order.replay')

    await archiveAll()

    assert.equal((await pipeline.standing(document))?.state, 'dead')
    assert.deepEqual(
      (await letters()).map(({state}) => state),
      ['open'],
    )
  })

  it('does not take a stale copy that the broker gave up on for the one that is on its way', async () => {
    const document = order('STALE-1')
    const [verdict] = await pipeline.push(document)
    assert.ok(verdict?.kind === 'accepted')
    await pipeline.database.query('delete from erpsync.outbox')
    await pipeline.database.query(
      `update erpsync.message
          set state = 'retry_wait', attempts = 1, claimed_at = now(), retry_at = now() + interval '1 hour'`,
    )
    const {'erpsync-flow': flow, 'erpsync-key': key, 'erpsync-first-seen': seen} = refused()
    const headers = {'erpsync-flow': flow, 'erpsync-key': key, 'erpsync-first-seen': seen, 'erpsync-attempt': 1}
    await publish('test.dlx', 'sales-order', [{messageId: verdict.id, body: '{}', headers}])

    await archiveAll()

    assert.equal((await pipeline.standing(document))?.state, 'retry_wait')
    assert.deepEqual(await letters(), [])
  })

  it('archives what no queue was bound for', async () => {
    await publish('test.in', 'nobody.knows', [{body: '{"a": 1}'}])

    const worker = await pipeline.startWorker({roles: ['archiver']})
    await eventually(async () => (await letters()).length > 0)
    await worker.stop()

    const {rows} = await pipeline.database.query<{flow: string; code: string; raw: string}>(
      `select flow, code, convert_from(raw, 'utf8') as raw from erpsync.dead_letter`,
    )
    assert.deepEqual(rows, [{flow: 'nobody', code: 'broker:unroutable', raw: '{"a": 1}'}])
  })
})

/** Takes the one copy on a queue and gives it back until the broker has had enough. */
async function useUpDeliveries(url: string, queue: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  await channel.consume(queue, (message) => {
    if (message) channel.nack(message, false, true)
  })
  await eventually(async () => {
    const {messageCount} = await channel.checkQueue('test.sales-order.dlq')
    return messageCount > 0
  })
  await connection.close()
}
