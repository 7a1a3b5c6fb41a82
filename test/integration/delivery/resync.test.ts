import assert from 'node:assert/strict'
import type {ErpConnector} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import {findFlow} from '#lib/config/load.js'
import {orderings} from '#lib/kernel/ordering.js'
import {eventually} from '../../support/eventually.js'
import {type Order, order, orders, referenceOf} from '../../support/orders.js'
import {openPipeline, type Pipeline} from '../../support/pipeline.js'
import {runCli, startCli} from '../../support/run-cli.js'

const item = {sku: 'TG10', text: 'Paper A4', quantity: 2, netPrice: '4.99'}
const threeItems = {items: [item, {...item, sku: 'TG11'}, {...item, sku: 'TG12'}]}

for (const ordering of orderings) {
  describe(`a worker that brings SAP back to a state, in a flow of order ${ordering}`, function () {
    this.timeout(60_000)
    let pipeline: Pipeline
    before(async () => {
      pipeline = await openPipeline({order: ordering})
    })
    afterEach(async () => pipeline.admin.clearFaults())
    after(async () => pipeline.close())

    /** Orders as SAP got them, before anybody changed them there. */
    const book = async (...documents: readonly Order[]): Promise<void> => {
      await pipeline.push(...documents)
      await pipeline.workOff()
    }
    const resync = async (id: string, ...documents: readonly Order[]): Promise<readonly string[]> => {
      const verdicts = await pipeline.resync(id, ...documents)
      return verdicts.map((verdict) => (verdict.kind === 'refused' ? assert.fail(JSON.stringify(verdict)) : verdict.id))
    }
    const messageOf = async (id: string | undefined) => {
      const {rows} = await pipeline.database.query<{state: string; attempts: number; document: string | null}>(
        'select state, attempts, erp_document as document from erpsync.message where id = $1',
        [id],
      )
      return rows[0]
    }
    const letters = async () => {
      const {rows} = await pipeline.database.query<{id: string; code: string}>(
        `select id, code from erpsync.dead_letter where state = 'open'`,
      )
      return rows
    }
    const changesOf = async (document: Order) => (await pipeline.admin.effectOf(referenceOf(document))).changes
    const drifted = {header: {SoldToParty: 'USCU_S09'}}

    it('amends what differs, creates what is gone, and leaves alone what is equal', async () => {
      const [changed, gone, equal] = orders(`DRIFT-${ordering}`, 3) as [Order, Order, Order]
      await book(changed, gone, equal)
      await pipeline.admin.changeOrder(referenceOf(changed), {
        ...drifted,
        items: {'10': {RequestedQuantity: 77}, '20': {Material: 'TG11', RequestedQuantity: 1}},
      })
      await pipeline.admin.deleteOrder(referenceOf(gone))
      const before = (await pipeline.admin.stats()).effects

      const ids = await resync('one', changed, gone, equal)
      await pipeline.workOff()

      const after = (await pipeline.admin.stats()).effects
      const messages = await Promise.all(ids.map(messageOf))
      assert.deepEqual(
        messages.map((message) => message?.state),
        ['synced', 'synced', 'synced'],
      )
      assert.deepEqual([after.creates - before.creates, after.changes - before.changes], [1, 3])
      assert.deepEqual(await states(pipeline, changed, gone, equal), ['found', 'found', 'found'])
    })

    it('stays in balance with SAP by the audit, however often a state was sent again', async () => {
      const document = order(`AGAIN-${ordering}`)
      await book(document)
      for (const id of ['first', 'second']) {
        await pipeline.admin.changeOrder(referenceOf(document), drifted)
        await resync(id, document)
        await pipeline.workOff()
      }

      const {code, stdout, stderr} = await runCli(['audit', '--sap', 'all', '--json', '--config', pipeline.configPath])

      assert.equal(code, 0, stderr + stdout)
      const shown = await runCli(['message', 'show', '--key', document.orderId, '--config', pipeline.configPath])
      assert.match(shown.stdout, /intent +resync: SAP is brought back to this state/)
      const {discrepancies} = JSON.parse(stdout) as {discrepancies: readonly unknown[]}
      assert.deepEqual(discrepancies, [])
      assert.equal(await changesOf(document), 2)
    })

    it('settles by comparison what a dropped line left in doubt, and changes nothing twice', async () => {
      const document = order(`DROPPED-${ordering}`)
      await book(document)
      await pipeline.admin.changeOrder(referenceOf(document), drifted)
      await pipeline.admin.addFault({kind: 'drop-after-commit', method: 'PATCH'})

      const [id] = await resync('one', document)
      await pipeline.workOff()

      assert.deepEqual((await pipeline.admin.stats()).faults['drop-after-commit'], 1)
      assert.deepEqual(await messageOf(id).then((message) => [message?.state, message?.attempts]), ['synced', 1])
      assert.equal(await changesOf(document), 1)
    })

    it('sends again what did not reach SAP', async () => {
      const document = order(`UNSENT-${ordering}`)
      await book(document)
      await pipeline.admin.changeOrder(referenceOf(document), drifted)
      await pipeline.admin.addFault({kind: 'drop-before-commit', method: 'PATCH'})

      const [id] = await resync('one', document)
      await pipeline.workOff()

      assert.deepEqual(await messageOf(id).then((message) => [message?.state, message?.attempts]), ['synced', 2])
      assert.equal(await changesOf(document), 1)
    })

    it('creates once what was gone, though nobody heard that it did', async () => {
      const document = order(`RECREATED-${ordering}`)
      await book(document)
      await pipeline.admin.deleteOrder(referenceOf(document))
      await pipeline.admin.addFault({kind: 'drop-after-commit', method: 'POST', reference: referenceOf(document)})

      const [id] = await resync('one', document)
      await pipeline.workOff()

      const {creates, documents} = await pipeline.admin.effectOf(referenceOf(document))
      assert.equal((await messageOf(id))?.document, documents[1])
      assert.equal(creates, 2)
    })

    it('reads and compares again when it loses a race', async () => {
      const document = order(`RACE-${ordering}`)
      await book(document)
      await pipeline.admin.changeOrder(referenceOf(document), drifted)
      const latencies = (await pipeline.admin.stats()).faults.latency ?? 0
      await pipeline.admin.addFault({kind: 'latency', ms: 600, method: 'PATCH'})

      const [id] = await resync('one', document)
      const worker = await pipeline.startWorker()
      await eventually(async () => ((await pipeline.admin.stats()).faults.latency ?? 0) > latencies)
      await pipeline.admin.changeOrder(referenceOf(document), {header: {TransactionCurrency: 'EUR'}})
      await eventually(pipeline.isQuiet, {timeoutMs: 15_000})
      await worker.stop()

      assert.deepEqual(await messageOf(id).then((message) => [message?.state, message?.attempts]), ['synced', 1])
      assert.deepEqual(await states(pipeline, document), ['found'])
      assert.equal(await changesOf(document), 1)
    })

    it('goes on after a worker was killed between two of its changes', async () => {
      const document = order(`KILLED-${ordering}`, threeItems)
      await book(document)
      await pipeline.admin.changeOrder(referenceOf(document), {
        ...drifted,
        items: {'10': {RequestedQuantity: 9}, '20': {RequestedQuantity: 9}, '30': {RequestedQuantity: 9}},
      })
      await pipeline.admin.addFault({kind: 'latency', ms: 400, method: 'PATCH', rate: 1})

      const [id] = await resync('one', document)
      const worker = startCli(['worker', 'start', '--config', pipeline.configPath])
      await eventually(async () => (await changesOf(document)) > 0, {timeoutMs: 20_000})
      await worker.kill()
      await pipeline.admin.clearFaults()
      const atKill = await changesOf(document)
      assert.deepEqual(await states(pipeline, document), ['absent'])
      await pipeline.workOff()

      assert.ok(atKill < 4, `${atKill} changes`)
      assert.equal((await messageOf(id))?.state, 'synced')
      assert.deepEqual(await states(pipeline, document), ['found'])
      assert.equal(await changesOf(document), 4)
    })

    it('leaves two documents with one reference to a person, and changes none', async () => {
      const document = order(`TWICE-${ordering}`)
      await book(document)
      const {flow, connector, body} = await atSap(pipeline, document)
      await connector.submit({reference: referenceOf(document), body}, never)
      await connector.close()
      assert.equal(flow.operation.kind, 'odata')

      const [id] = await resync('one', document)
      await pipeline.workOff()

      assert.equal((await messageOf(id))?.state, 'dead')
      assert.equal(await changesOf(document), 0)
      const open = await letters()
      assert.deepEqual(
        open.map(({code}) => code),
        ['amend:several'],
      )
      await discard(pipeline, open)
    })

    it('amends by a replay too, and creates nothing', async () => {
      const document = order(`DEAD-${ordering}`)
      await book(document)
      await pipeline.admin.changeOrder(referenceOf(document), drifted)
      await pipeline.admin.addFault({kind: 'business-error', code: 'V1/555', text: 'Closed', method: 'PATCH'})
      const [id] = await resync('one', document)
      await pipeline.workOff()
      assert.equal((await messageOf(id))?.state, 'dead')

      const [letter] = await letters()
      const replay = [
        'dlq',
        'replay',
        letter!.id,
        '--yes',
        '--reason',
        'SAP has opened it',
        '--config',
        pipeline.configPath,
      ]
      const {code, stderr} = await runCli(replay)
      assert.equal(code, 0, stderr)
      await pipeline.workOff()

      assert.equal((await messageOf(id))?.state, 'synced')
      const {creates, changes} = await pipeline.admin.effectOf(referenceOf(document))
      assert.deepEqual({creates, changes}, {creates: 1, changes: 1})
    })

    it('takes no discarded message back whose place a resync has taken', async () => {
      const document = order(`DISCARDED-${ordering}`)
      await pipeline.admin.addFault({kind: 'business-error', code: 'V1/555', text: 'Closed', method: 'POST'})
      await book(document)
      const open = await letters()
      await discard(pipeline, open)
      const [id] = await resync('one', document)
      await pipeline.workOff()

      const restore = ['dlq', 'restore', open[0]!.id, '--yes', '--reason', 'not so', '--config', pipeline.configPath]
      const {stdout, stderr} = await runCli(restore)
      await pipeline.workOff()

      assert.equal((await messageOf(id))?.state, 'synced')
      assert.match(stdout + stderr, /a resync has taken its place \(message/)
      assert.deepEqual((await pipeline.admin.effectOf(referenceOf(document))).creates, 1)
    })

    if (ordering === 'latest')
      it('gives way to a newer version that comes in before it is sent', async () => {
        const document = order('NEWER-latest')
        await book(document)
        await pipeline.admin.changeOrder(referenceOf(document), drifted)
        const [id] = await resync('one', document)
        await pipeline.push({...document, revision: 2})

        const worker = await pipeline.startWorker()
        await pipeline.reaches({...document, revision: 2}, 'synced')
        await worker.stop()

        assert.equal((await messageOf(id))?.state, 'superseded')
        assert.equal(await changesOf(document), 0)
      })
  })
}

const never = new AbortController().signal

/** The connector of the flow, and what is mapped of a document. */
async function atSap({config}: Pipeline, document: Order) {
  const flow = findFlow(config, 'sales-order')
  const connector: ErpConnector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
  const mapped = await (await compileOperation(flow.operation)).apply(document)
  return {flow, connector, body: mapped.ok ? mapped.body : assert.fail(mapped.failure.text)}
}

/** Whether SAP holds the mapped state of each. */
async function states(pipeline: Pipeline, ...documents: readonly Order[]): Promise<readonly string[]> {
  const kinds: string[] = []
  for (const document of documents) {
    const {connector, body} = await atSap(pipeline, document)
    const outcome = await connector.probeAmended!({reference: referenceOf(document), body}, never)
    kinds.push(outcome.kind)
  }
  return kinds
}

async function discard({configPath}: Pipeline, letters: readonly {readonly id: string}[]): Promise<void> {
  const ids = letters.map(({id}) => id)
  const {code, stderr} = await runCli([
    'dlq',
    'discard',
    ...ids,
    '--yes',
    '--reason',
    'sorted out by hand',
    '--code',
    'handled-in-sap',
    '--config',
    configPath,
  ])
  assert.equal(code, 0, stderr)
}
