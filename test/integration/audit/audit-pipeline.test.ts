import assert from 'node:assert/strict'
import {auditPipeline, type AuditOptions} from '#lib/audit/audit-pipeline.js'
import {repairCopies} from '#lib/audit/repair.js'
import type {AuditReport} from '#lib/audit/report.js'
import {allFlows} from '#lib/config/load.js'
import {openBook} from '#lib/ledger/book.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {declareTopology} from '#lib/topology/declare.js'
import {eventually} from '../../support/eventually.js'
import {manage} from '../../support/manage.js'
import {order, orders} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {json, send} from '../../support/sandbox-erp.js'

describe('auditPipeline', function () {
  this.timeout(90_000)

  let pipeline: Pipeline
  beforeEach(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => pipeline.close())

  const audit = async (options: Partial<AuditOptions> = {}): Promise<AuditReport> =>
    auditPipeline(pipeline, {
      flows: allFlows(pipeline.config),
      sapShare: 1,
      sinceMs: null,
      lagMs: 0,
      signal: new AbortController().signal,
      onProgress: () => {},
      ...options,
    })
  const queuePath = (name: string) => `queues/${pipeline.vhost.vhost}/test.sales-order.${name}`
  const declare = async () => declareTopology(pipeline.config.rabbitmq.urls, configuredTopology(pipeline.config))
  /** Until nothing is under way, and the one message that dies is in the archive. */
  const workOffToLetter = async (): Promise<void> => {
    const worker = await pipeline.startWorker()
    await eventually(async () => (await pipeline.isQuiet()) && (await openLetters(pipeline)) === 1)
    await worker.stop()
  }
  const publishAll = async (): Promise<void> => {
    const relay = await pipeline.startWorker({roles: ['relay']})
    await eventually(async () => (await stateCounts(pipeline)).accepted === undefined)
    await relay.stop()
  }

  it('finds everything in its place after a healthy run, and has asked SAP for it', async () => {
    await pipeline.push(...orders('A', 10), order('A-BAD', {customerId: 'NOBODY'}))
    await workOffToLetter()

    const {checkedAt, ...report} = await audit()

    assert.ok(checkedAt instanceof Date)
    assert.deepEqual(report, {
      flows: [
        {flow: 'sales-order', states: {dead: 1, synced: 10}, places: [], sap: {asked: 10, found: 10, unanswered: 0}},
      ],
      missing: 0,
      duplicates: 0,
      outOfOrder: 0,
      discrepancies: [],
    })
  })

  it('finds nothing missing while workers are at it', async () => {
    await pipeline.admin.addFault({kind: 'latency', ms: 300, rate: 1})
    await pipeline.admin.addFault({kind: 'lock', rate: 0.2})
    await pipeline.push(...orders('A', 400))
    const worker = await pipeline.startWorker()
    await eventually(async () => ((await stateCounts(pipeline)).synced ?? 0) > 0)

    const report = await audit({sapShare: 0, lagMs: 7000})

    assert.deepEqual(report.discrepancies, [])
    assert.ok(report.flows[0]?.places.some(({place, needed}) => place === 'test.sales-order.work' && needed > 0))
    await pipeline.admin.clearFaults()
    await eventually(pipeline.isQuiet, {timeoutMs: 60_000})
    await worker.stop()
  })

  it('counts and names what a deleted queue held, and puts it back', async () => {
    const verdicts = await pipeline.push(...orders('A', 5))
    await publishAll()
    await manage(pipeline.vhost.managementUrl, 'DELETE', queuePath('work'))

    const report = await audit({sapShare: 0})
    await declare()
    const repaired = await repairCopies(pipeline.database, report.discrepancies)

    assert.equal(report.missing, 5)
    assert.deepEqual(
      report.discrepancies.map(({kind, messageId}) => ({kind, messageId})).toSorted(byMessage),
      verdicts
        .flatMap((verdict) => ('id' in verdict ? [{kind: 'missing_copy', messageId: verdict.id}] : []))
        .toSorted(byMessage),
    )
    assert.deepEqual(report.flows[0]?.places, [{place: 'test.sales-order.work', needed: 5, held: 0}])
    assert.equal(repaired, 5)
    await pipeline.workOff()
    await pipeline.balance()
    assert.deepEqual(await stateCounts(pipeline), {synced: 5})
  })

  it('does no harm by a repair that is not needed', async () => {
    await pipeline.push(...orders('A', 3))
    await publishAll()
    await manage(pipeline.vhost.managementUrl, 'DELETE', queuePath('work'))
    const {discrepancies} = await audit({sapShare: 0})
    await declare()

    assert.deepEqual(
      [await repairCopies(pipeline.database, discrepancies), await repairCopies(pipeline.database, discrepancies)],
      [3, 3],
    )
    await pipeline.workOff()
    await pipeline.balance()

    assert.equal(await repairCopies(pipeline.database, discrepancies), 0)
  })

  it('finds a call in flight whose copy is gone, and has it looked up', async () => {
    const [verdict] = await pipeline.push(order('A'))
    await publishAll()
    const messageId = verdict && 'id' in verdict ? verdict.id : ''
    await openBook(pipeline.database).claim({messageId, attempt: 1, lane: 'work', worker: 'gone'})
    await manage(pipeline.vhost.managementUrl, 'DELETE', queuePath('work'))

    const report = await audit({sapShare: 0})
    await declare()
    await repairCopies(pipeline.database, report.discrepancies)

    assert.deepEqual(
      report.discrepancies.map(({kind, repair}) => ({kind, repair})),
      [{kind: 'missing_copy', repair: {messageId, lane: 'work', attempt: 1}}],
    )
    await pipeline.workOff()
    await pipeline.balance()
  })

  it('finds retries that went with their delay queue', async () => {
    await pipeline.admin.addFault({kind: 'lock', rate: 1})
    await pipeline.push(...orders('A', 4))
    // Nobody takes what the delay queue lets go, so that what becomes of it is for the audit to say.
    const worker = await pipeline.startWorker({lanes: ['work']})
    await eventually(async () => (await stateCounts(pipeline)).retry_wait === 4)
    await worker.stop()
    await pipeline.admin.clearFaults()
    await manage(pipeline.vhost.managementUrl, 'DELETE', queuePath('retry'))
    for (const tier of ['delay.200', 'delay.400']) await manage(pipeline.vhost.managementUrl, 'DELETE', queuePath(tier))

    const report = await audit({sapShare: 0})
    await declare()
    await repairCopies(pipeline.database, report.discrepancies)

    assert.equal(report.missing, 4)
    await pipeline.workOff()
    await pipeline.balance()
  })

  it('finds what SAP does not know any more, and what it has twice', async () => {
    await pipeline.push(order('GONE'))
    await pipeline.workOff()
    await pipeline.admin.reset()
    await pipeline.push(order('KEPT'), order('TWICE'))
    await pipeline.workOff()
    await bookBehindOurBack(pipeline, 'TWICE/1')

    const report = await audit()

    assert.deepEqual(
      report.discrepancies.map(({kind, key, repair}) => ({kind, key, repair})),
      [
        {kind: 'missing_in_sap', key: 'GONE', repair: null},
        {kind: 'duplicate_in_sap', key: 'TWICE', repair: null},
      ],
    )
    assert.deepEqual([report.missing, report.duplicates], [1, 1])
    assert.deepEqual(report.flows[0]?.sap, {asked: 3, found: 1, unanswered: 0})
  })

  it('says that SAP answers nothing rather than that nothing is wrong', async () => {
    await pipeline.push(order('A'))
    await pipeline.workOff()
    await pipeline.admin.addFault({kind: 'unavailable', rate: 1})

    await assert.rejects(audit(), {code: 'erp_unreachable', exitCode: 69})
  })

  it('finds a dead message without a letter, and has it buried again', async () => {
    const bad = order('A', {customerId: 'NOBODY'})
    await pipeline.push(bad)
    await workOffToLetter()
    await pipeline.database.query('delete from erpsync.dead_letter')
    await pipeline.database.query(`update erpsync.attempt set ended_at = ended_at - interval '1 hour'`)
    await pipeline.database.query(`update erpsync.message set accepted_at = accepted_at - interval '1 hour'`)

    const report = await audit()
    await repairCopies(pipeline.database, report.discrepancies)

    assert.deepEqual(
      report.discrepancies.map(({kind, key}) => ({kind, key})),
      [{kind: 'dead_without_letter', key: 'A'}],
    )
    await workOffToLetter()
    await pipeline.balance()
  })

  it('finds what reached SAP after a newer version of its key', async () => {
    await pipeline.push(order('A'), order('A', {revision: 2}), order('B'), order('B', {revision: 2}))
    await pipeline.workOff()
    await pipeline.database.query(
      `update erpsync.message
          set ordering = 'latest', version_rank = version,
              claimed_at = accepted_at + seconds * interval '1 second',
              finished_at = accepted_at + (seconds + 1) * interval '1 second'
         from (values ('A', '1', 3), ('A', '2', 0), ('B', '1', 0), ('B', '2', 3)) as late (key, number, seconds)
        where business_key = key and version = number`,
    )

    const report = await audit({sapShare: 0})

    assert.equal(report.outOfOrder, 1)
    assert.deepEqual(
      report.discrepancies.map(({kind, key}) => ({kind, key})),
      [{kind: 'out_of_order', key: 'A'}],
    )
    assert.match(report.discrepancies[0]?.detail ?? '', /^version 1 was sent .+, after version 2 /)
  })

  it('finds a letter whose message is not dead, and an outbox row that nobody publishes', async () => {
    await pipeline.push(order('DEAD', {customerId: 'NOBODY'}))
    await workOffToLetter()
    await pipeline.push(order('DUE'))
    await pipeline.database.query(`update erpsync.message set state = 'queued' where business_key = 'DEAD'`)
    await pipeline.database.query(`update erpsync.dead_letter set archived_at = archived_at - interval '1 hour'`)
    await pipeline.database.query(
      `update erpsync.outbox set due_at = due_at - interval '1 hour', created_at = created_at - interval '1 hour'
        where published_at is null`,
    )

    const report = await audit({sapShare: 0})

    assert.deepEqual(
      report.discrepancies.map(({kind, key}) => ({kind, key})),
      [
        {kind: 'missing_copy', key: 'DEAD'},
        {kind: 'outbox_overdue', key: 'DUE'},
        {kind: 'letter_without_dead', key: 'DEAD'},
      ],
    )
  })
})

function byMessage(one: {readonly messageId: string | null}, other: {readonly messageId: string | null}): number {
  return (one.messageId ?? '').localeCompare(other.messageId ?? '')
}

async function stateCounts({database}: Pipeline): Promise<Readonly<Record<string, number>>> {
  const {rows} = await database.query<{state: string; count: number}>(
    'select state, count(*)::integer as count from erpsync.message group by state',
  )
  return Object.fromEntries(rows.map(({state, count}) => [state, count]))
}

async function openLetters({database}: Pipeline): Promise<number> {
  const {rows} = await database.query<{count: number}>(
    `select count(*)::integer as count from erpsync.dead_letter where state = 'open'`,
  )
  return rows[0]?.count ?? 0
}

/** A second order under a reference that SAP has already. */
async function bookBehindOurBack({erp}: Pipeline, reference: string): Promise<void> {
  const service = `${erp.baseUrl}/API_SALES_ORDER_SRV`
  const authorization = `Basic ${Buffer.from('ERPSYNC:s3cret').toString('base64')}`
  const login = await send('GET', `${service}/`, {headers: {authorization, 'x-csrf-token': 'Fetch'}})
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const answer = await send('POST', `${service}/A_SalesOrder`, {
    headers: {authorization, cookie, 'x-csrf-token': login.headers.get('x-csrf-token') ?? ''},
    body: {
      SalesOrderType: 'OR',
      SoldToParty: 'USCU_S01',
      PurchaseOrderByCustomer: reference,
      to_Item: [{Material: 'TG10', RequestedQuantity: '1'}],
    },
  })
  assert.equal(answer.status, 201, JSON.stringify(json(answer)))
}
