import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import * as ajvFormats from 'ajv-formats'
import {compileOperation} from '#lib/erp/operation.js'
import {allFlows, findFlow, loadConfig} from '#lib/config/load.js'
import {openDoor} from '#lib/intake/door.js'

interface Order {
  readonly orderId: string
  readonly revision: number
  readonly customerId: string
  readonly items: readonly {readonly sku: string}[]
}

interface Partner {
  readonly partnerId: string
  readonly changedAt: string
}

interface SalesOrderBody {
  readonly PurchaseOrderByCustomer: string
  readonly to_Item: readonly {readonly SalesOrderItem: string}[]
}

describe('examples/erpsync.yaml', () => {
  it('is valid and names the files of both flows', async () => {
    const config = await loadConfig(file('examples/erpsync.yaml'), env)

    const flows = allFlows(config).map(({name, key, version, operation}) => ({
      name,
      key,
      version,
      method: operation.kind === 'idoc' ? null : operation.method,
      reference: operation.reference,
    }))
    assert.deepEqual(config.unresolved, [])
    assert.deepEqual(flows, [
      {
        name: 'sales-order',
        key: 'orderId',
        version: 'revision',
        method: 'create',
        reference: 'PurchaseOrderByCustomer',
      },
      {
        name: 'business-partner',
        key: 'partnerId',
        version: 'changedAt',
        method: 'upsert',
        reference: 'BusinessPartner',
      },
    ])
  })

  it('refers to every address and secret by an environment variable', async () => {
    const {unresolved} = await loadConfig(file('examples/erpsync.yaml'), {})

    assert.deepEqual(
      unresolved.map(({path}) => path),
      [
        'postgres.url',
        'rabbitmq.urls.0',
        'rabbitmq.managementUrl',
        'destinations.s4.baseUrl',
        'destinations.s4.auth.basic.user',
        'destinations.s4.auth.basic.password',
      ],
    )
  })
})

describe('examples/idoc/erpsync.yaml', () => {
  it('is valid, and makes IDocs of all that the schemas let in', async () => {
    const config = await loadConfig(file('examples/idoc/erpsync.yaml'), env)
    const doors = await Promise.all(allFlows(config).map(openDoor))

    const [order, partner] = [await firstLine('orders-small.ndjson'), await firstLine('business-partners.ndjson')]
    const checked = await Promise.all([doors[0]?.check(order), doors[1]?.check(partner)])

    assert.deepEqual(config.unresolved, [])
    assert.deepEqual(
      checked.map((check) => check?.kind === 'admissible' && [check.key, check.reference]),
      [
        [order.orderId, `${String(order.orderId)}/${String(order.revision)}`],
        [partner.partnerId, `${String(partner.partnerId)}@${String(partner.changedAt)}`],
      ],
    )
  })
})

describe('examples/README.md', () => {
  it('counts the lines of orders.ndjson as they are', async () => {
    const {notJson, notFitting, repeats, contradictions, accepted, lines} = await sortedOrders('orders.ndjson')

    const ofTg90 = accepted.filter(({items}) => items.some(({sku}) => sku === 'TG90'))
    const ofX99 = accepted.filter(({customerId}) => customerId === 'USCU_X99')
    const known = accepted.filter((order) => isKnownToSandbox(order))
    assert.deepEqual(await countsInReadme(), {
      all: lines.length,
      'not JSON': notJson.length,
      'JSON that the schema refuses': notFitting.length,
      'exact repeats': repeats.length,
      contradictions: contradictions.length,
      accepted: accepted.length,
      'accepted, second revisions': accepted.filter(({revision}) => revision === 2).length,
      'accepted, material TG90': ofTg90.length,
      'accepted, customer USCU_X99': ofX99.length,
      'accepted, nothing wrong': known.length,
      ...(await countsOfSmallerFiles()),
    })
    assert.equal(lines.length, 1000)
    assert.equal(ofTg90.length + ofX99.length + known.length, accepted.length)
  })
})

describe('examples/data', () => {
  it('is what scripts/make-example-data.js writes, byte for byte', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-examples-'))
    try {
      await promisify(execFile)(process.execPath, [file('scripts/make-example-data.js'), folder])

      const names = (await readdir(folder)).toSorted()
      assert.deepEqual(names, (await readdir(file('examples/data'))).toSorted())
      for (const name of names) {
        const [made, committed] = await Promise.all([readFile(join(folder, name)), readFile(dataFile(name))])
        assert.ok(made.equals(committed), `${name} differs from what the generator writes`)
      }
    } finally {
      await rm(folder, {recursive: true})
    }
  })

  it('brings a second revision only after the first', async () => {
    const {accepted} = await sortedOrders('orders.ndjson')

    const second = accepted.filter(({revision}) => revision === 2)
    const early = second.filter((order) => {
      const first = accepted.findIndex(({orderId, revision}) => orderId === order.orderId && revision === 1)
      return first === -1 || first > accepted.indexOf(order)
    })
    assert.equal(second.length, 10)
    assert.deepEqual(early, [])
  })

  it('shares no order number between the two files of orders', async () => {
    const [large, small] = await Promise.all([sortedOrders('orders.ndjson'), sortedOrders('orders-small.ndjson')])

    const ids = new Set(large.accepted.map(({orderId}) => orderId))
    assert.deepEqual(
      small.accepted.filter(({orderId}) => ids.has(orderId)),
      [],
    )
  })
})

describe('flows/sales-order.schema.json', () => {
  it('names the field of what it refuses', async () => {
    const validate = await validatorOf('sales-order')
    const {notFitting} = await sortedOrders('orders.ndjson')

    const places = notFitting.map((line) => {
      validate(JSON.parse(line))
      return validate.errors?.map(describeProblem).join(', ') ?? 'accepted'
    })
    assert.deepEqual(places.toSorted(), [
      ' additionalProperties requestedDelivry',
      ' required customerId',
      ' required items',
      ' required orderId',
      '/currency enum',
      '/currency enum',
      '/customerId type',
      '/items minItems',
      '/items/0 required quantity, /items/0 additionalProperties quantitiy',
      '/items/0/netPrice pattern',
      '/items/0/quantity minimum',
      '/items/0/quantity minimum',
      '/items/0/quantity type',
      '/orderId maxLength',
      '/orderId type',
      '/requestedDelivery format',
      '/requestedDelivery format',
      '/revision minimum',
    ])
  })
})

describe('flows/sales-order.jsonata', () => {
  it('makes the body of A_SalesOrder, items nested', async () => {
    const map = await mappingOf('sales-order')

    const body = await map({
      orderId: 'WEB-2026-1',
      revision: 2,
      shop: 'de',
      orderedAt: '2026-03-02T23:30:00+01:00',
      customerId: 'USCU_S30',
      requestedDelivery: '2026-03-10',
      currency: 'EUR',
      items: [
        {sku: 'TG10', text: 'Paper', quantity: 20, netPrice: '4.99'},
        {sku: 'TG11', quantity: 1, netPrice: '10.49'},
      ],
    })

    assert.deepEqual(body, {
      SalesOrderType: 'OR',
      SalesOrganization: '1010',
      DistributionChannel: '10',
      OrganizationDivision: '00',
      SoldToParty: 'USCU_S30',
      PurchaseOrderByCustomer: 'WEB-2026-1/2',
      CustomerPurchaseOrderDate: `/Date(${Date.UTC(2026, 2, 2)})/`,
      RequestedDeliveryDate: `/Date(${Date.UTC(2026, 2, 10)})/`,
      TransactionCurrency: 'EUR',
      to_Item: [
        {
          SalesOrderItem: '10',
          Material: 'TG10',
          SalesOrderItemText: 'Paper',
          RequestedQuantity: '20',
          RequestedQuantityUnit: 'PC',
        },
        {SalesOrderItem: '20', Material: 'TG11', RequestedQuantity: '1', RequestedQuantityUnit: 'PC'},
      ],
    })
  })

  it('keeps one item an array and leaves out a date nobody wished for', async () => {
    const map = await mappingOf('sales-order')

    const body = await map({
      orderId: 'WEB-2026-1',
      revision: 1,
      shop: 'us',
      orderedAt: '2026-03-02T08:00:00Z',
      customerId: 'USCU_S01',
      currency: 'USD',
      items: [{sku: 'TG10', quantity: 1, netPrice: '4.99'}],
    })

    assert.deepEqual(body, {
      SalesOrderType: 'OR',
      SalesOrganization: '1710',
      DistributionChannel: '10',
      OrganizationDivision: '00',
      SoldToParty: 'USCU_S01',
      PurchaseOrderByCustomer: 'WEB-2026-1/1',
      CustomerPurchaseOrderDate: `/Date(${Date.UTC(2026, 2, 2)})/`,
      TransactionCurrency: 'USD',
      to_Item: [{SalesOrderItem: '10', Material: 'TG10', RequestedQuantity: '1', RequestedQuantityUnit: 'PC'}],
    })
  })

  it('gives every accepted order a reference of its own that fits into SAP, and all its items', async () => {
    const map = await mappingOf('sales-order')
    const {accepted} = await sortedOrders('orders.ndjson')

    const bodies: SalesOrderBody[] = []
    // One after the other: a mapping's time limit counts while others run.
    for (const order of accepted) bodies.push((await map(order)) as SalesOrderBody)

    const references = bodies.map(({PurchaseOrderByCustomer}) => PurchaseOrderByCustomer)
    assert.equal(new Set(references).size, 968)
    assert.deepEqual(
      references.filter((reference) => reference.length > 35),
      [],
    )
    assert.deepEqual(
      bodies.map(({to_Item}) => to_Item.length),
      accepted.map(({items}) => items.length),
    )
  })
})

describe('flows/business-partner.jsonata', () => {
  it('makes the body of A_BusinessPartner and cuts the search term after capitalising it, with no blank at its end', async () => {
    const map = await mappingOf('business-partner')

    const body = await map({
      partnerId: 'USCU_S07',
      changedAt: '2026-03-01T10:00:00Z',
      name: 'Großmarkt Roßbach GmbH',
      blocked: false,
    })

    assert.deepEqual(body, {
      BusinessPartner: 'USCU_S07',
      BusinessPartnerCategory: '2',
      OrganizationBPName1: 'Großmarkt Roßbach GmbH',
      SearchTerm1: 'GROSSMARKT ROSSBACH',
      BusinessPartnerIsBlocked: false,
    })
  })
})

/** Sorts the lines of a file of orders as intake would. */
async function sortedOrders(name: string) {
  const {lines, notJson, notFitting, fitting} = await checkedLines<Order>(name, 'sales-order')
  const first = new Map<string, string>()
  const repeats: string[] = []
  const contradictions: string[] = []
  const accepted: Order[] = []
  for (const {line, document} of fitting) {
    const identity = `${document.orderId}/${document.revision}`
    const earlier = first.get(identity)
    if (earlier === undefined) {
      first.set(identity, line)
      accepted.push(document)
    } else if (earlier === line) repeats.push(line)
    else contradictions.push(line)
  }
  return {lines, notJson, notFitting, repeats, contradictions, accepted}
}

async function checkedLines<Document>(name: string, flow: string) {
  const lines = (await readFile(dataFile(name), 'utf8')).trimEnd().split('\n')
  const validate = await validatorOf(flow)
  const parsed = lines.map((line) => ({line, document: parse(line)}))
  const json = parsed.filter(({document}) => document !== undefined)
  return {
    lines,
    notJson: parsed.filter(({document}) => document === undefined).map(({line}) => line),
    notFitting: json.filter(({document}) => !validate(document)).map(({line}) => line),
    fitting: json.filter(({document}) => validate(document)) as {line: string; document: Document}[],
  }
}

async function countsOfSmallerFiles() {
  const small = await sortedOrders('orders-small.ndjson')
  const partners = await checkedLines<Partner>('business-partners.ndjson', 'business-partner')
  const isNew = ({document}: {document: Partner}) => !knownCustomer.test(document.partnerId)
  return {
    'orders-small.ndjson, good': small.accepted.filter(isKnownToSandbox).length,
    'orders-small.ndjson, wrong': small.lines.length - small.accepted.length,
    'business-partners.ndjson, of customers SAP knows': partners.fitting.filter((line) => !isNew(line)).length,
    'business-partners.ndjson, of new ones': partners.fitting.filter(isNew).length,
    'business-partners.ndjson, wrong': partners.lines.length - partners.fitting.length,
  }
}

/** The rows of the README's tables whose second column is a number. */
async function countsInReadme(): Promise<Record<string, number>> {
  const text = await readFile(file('examples/README.md'), 'utf8')
  const rows = [...text.matchAll(/^\| ([^|]+?) +\| +([\d,]+) \|/gm)]
  return Object.fromEntries(rows.map(([, label, count]) => [label, Number(count?.replace(',', ''))]))
}

async function validatorOf(flow: string): Promise<ValidateFunction> {
  const {schema} = findFlow(await loadConfig(file('examples/erpsync.yaml'), env), flow)
  const ajv = new Ajv2020({allErrors: true, strict: true})
  ajvFormats.default.default(ajv)
  ajv.addKeyword('x-personal')
  return ajv.compile(JSON.parse(await readFile(schema, 'utf8')))
}

async function mappingOf(flow: string): Promise<(message: unknown) => Promise<unknown>> {
  const {operation} = findFlow(await loadConfig(file('examples/erpsync.yaml'), env), flow)
  const mapping = await compileOperation(operation)
  return async (message) => {
    const mapped = await mapping.apply(message)
    return mapped.ok ? mapped.body : assert.fail(mapped.failure.text)
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function describeProblem({instancePath, keyword, params}: NonNullable<ValidateFunction['errors']>[number]): string {
  const property = params.additionalProperty ?? params.missingProperty
  return [instancePath, keyword, ...(property === undefined ? [] : [property])].join(' ')
}

function isKnownToSandbox({customerId, items}: Order): boolean {
  return knownCustomer.test(customerId) && items.every(({sku}) => knownProduct.test(sku))
}

function dataFile(name: string): string {
  return file(`examples/data/${name}`)
}

function file(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

const knownCustomer = /^USCU_S(?:0[1-9]|[123]\d|40)$/
const knownProduct = /^TG[1-4]\d$/

const env = {
  ERPSYNC_POSTGRES_URL: 'postgres://127.0.0.1/erpsync',
  ERPSYNC_RABBITMQ_URL: 'amqp://127.0.0.1',
  ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'http://127.0.0.1:15672',
  ERPSYNC_ERP_URL: 'http://127.0.0.1:4010',
  ERPSYNC_ERP_USER: 'ERPSYNC',
  ERPSYNC_ERP_PASSWORD: 'secret',
}

async function firstLine(name: string): Promise<Readonly<Record<string, unknown>>> {
  const [line = ''] = (await readFile(dataFile(name), 'utf8')).split('\n')
  return JSON.parse(line) as Record<string, unknown>
}
