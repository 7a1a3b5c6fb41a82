import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {findFlow, type Flow, loadConfig} from '#lib/config/load.js'
import {openDoor} from '#lib/intake/door.js'
import type {ErpConnector, ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {account, never, type RfcSetup, setupRfc} from './rfc-setup.js'
import {compileOperation} from '#lib/erp/operation.js'

describe('examples/erpsync-rfc.yaml, in the sandbox', () => {
  let rfc: RfcSetup
  let flows: Readonly<Record<'sales-order' | 'customer' | 'own-order', Flow>>
  const connectors: ErpConnector[] = []
  before(async function () {
    rfc = await setupRfc(this)
    const config = await loadConfig(file('examples/erpsync-rfc.yaml'), env)
    const target = rfc.destination()
    const flow = (name: string): Flow => ({...findFlow(config, name), target})
    flows = {'sales-order': flow('sales-order'), customer: flow('customer'), 'own-order': flow('own-order')}
  })
  after(async () => {
    await Promise.all(connectors.map(async (connector) => connector.close()))
    await rfc.close()
  })

  const open = (flow: Flow): ErpConnector => {
    const connector = openConnector(flow.destination, flow.target, flow.operation, flow.name)
    connectors.push(connector)
    return connector
  }

  it('books the orders of the shop as it books them over OData, by the BAPI and by our own function', async () => {
    const orders = await firstLines('orders.ndjson', 4)
    for (const name of ['sales-order', 'own-order'] as const) {
      await rfc.admin.reset()
      const documents = await mapped(flows[name], orders)
      const connector = open(flows[name])

      const outcomes = await Promise.all(documents.map(async (document) => connector.submit(document, never)))

      assert.deepEqual(
        outcomes.map(({kind}) => kind),
        Array(documents.length).fill('done'),
        JSON.stringify(outcomes),
      )
      const booked = await Promise.all(documents.map(async ({reference}) => rfc.admin.effectOf(reference)))
      assert.deepEqual(
        outcomes.map(numberOf),
        booked.map(({creates, documents: [number]}) => (creates === 1 ? number?.padStart(10, '0') : creates)),
      )
      const probes = await Promise.all(documents.map(async (document) => connector.probe(document, never)))
      assert.deepEqual(
        probes,
        outcomes.map((outcome) => ({kind: 'found', documentNumber: numberOf(outcome)})),
      )
    }
  })

  it('changes a customer, and can tell whether SAP holds that state', async () => {
    const partner = {partnerId: 'USCU_S15', changedAt: '2026-03-02T03:42:13Z', blocked: false}
    const [first, second] = await mapped(flows.customer, [
      {...partner, name: 'Utica Office Supply Inc.'},
      {...partner, name: 'Utica Office Supply and Furniture Inc.'},
    ])
    assert.ok(first && second)
    const connector = open(flows.customer)

    const before = await connector.probe(second, never)
    const outcomes = [await connector.submit(first, never), await connector.submit(second, never)]
    const after = await connector.probe(second, never)
    const older = await connector.probe(first, never)

    assert.deepEqual(
      outcomes.map(({kind}) => kind),
      ['done', 'done'],
    )
    assert.deepEqual(
      [before.kind, after, older.kind],
      ['absent', {kind: 'found', documentNumber: 'USCU_S15'}, 'absent'],
    )
    assert.deepEqual((await rfc.admin.names()).get('USCU_S15')?.slice(-2), [
      'Utica Office Supply Inc.',
      'Utica Office Supply and Furniture Inc.',
    ])
  })

  it('waits for a customer that another flow may be about to create', async () => {
    const [document] = await mapped(flows.customer, [
      {partnerId: '4711', changedAt: '2026-03-02T03:42:13Z', name: 'Nobody', blocked: false},
    ])
    assert.ok(document)

    const outcome = await open(flows.customer).submit(document, never)

    assert.equal(outcome.kind === 'failed' && outcome.failure.class, 'transient')
    assert.equal(outcome.kind === 'failed' && outcome.failure.code, 'sap:F2/163')
  })
})

/** What the door lets in, as a worker would send it. */
async function mapped(flow: Flow, documents: readonly unknown[]): Promise<readonly ErpDocument[]> {
  const [door, mapping] = [await openDoor(flow), await compileOperation(flow.operation)]
  const result: ErpDocument[] = []
  for (const document of documents) {
    const check = await door.check(document)
    const body = await mapping.apply(document)
    if (check.kind !== 'admissible' || !body.ok) assert.fail(JSON.stringify({check, body}))
    result.push({reference: check.reference ?? check.idempotencyKey ?? '', body: body.body})
  }
  return result
}

function numberOf(outcome: SubmitOutcome): string | null {
  return outcome.kind === 'done' ? outcome.documentNumber : null
}

async function firstLines(name: string, count: number): Promise<readonly unknown[]> {
  const text = await readFile(file(`examples/data/${name}`), 'utf8')
  return text
    .split('\n')
    .slice(0, count)
    .map((line) => JSON.parse(line))
}

function file(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url))
}

const env = {
  ERPSYNC_POSTGRES_URL: 'postgres://localhost/erpsync',
  ERPSYNC_RABBITMQ_URL: 'amqp://localhost',
  ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'http://localhost:15672',
  ERPSYNC_ERP_RFC_HOST: '127.0.0.1',
  ERPSYNC_ERP_USER: account.user,
  ERPSYNC_ERP_PASSWORD: account.password,
}
