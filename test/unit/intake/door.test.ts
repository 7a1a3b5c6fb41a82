import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {type Door, openDoor} from '#lib/intake/door.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {order} from '../../support/orders.js'

const example = fileURLToPath(new URL('../../../examples/erpsync.yaml', import.meta.url))

describe('openDoor', () => {
  let door: Door
  before(async () => {
    door = await openDoor(findFlow(await loadConfig(example, {}), 'sales-order'))
  })

  const problemsOf = async (document: unknown) => {
    const check = await door.check(document)
    return check.kind === 'refused' ? check.problems : []
  }

  it('finds key, version, identity and reference of a document that may enter', async () => {
    const document = order('WEB-1', {revision: 3})

    assert.deepEqual(await door.check(document), {
      kind: 'admissible',
      document,
      key: 'WEB-1',
      version: '3',
      idempotencyKey: 'WEB-1@3',
      reference: 'WEB-1/3',
      hash: payloadHash(document),
    })
  })

  it('names every field that is wrong', async () => {
    const {currency: _, ...document} = order('WEB-1', {
      shop: 'fr',
      extra: 1,
      items: [{sku: 'TG10', quantity: 0, netPrice: '1.00'}],
    })

    assert.deepEqual(await problemsOf(document), [
      {field: '/currency', message: 'is missing'},
      {field: '/extra', message: 'is not a known property'},
      {field: '/shop', message: 'must be one of de, us'},
      {field: '/items/0/quantity', message: 'must be >= 1'},
    ])
  })

  it('refuses what is no object at all', async () => {
    assert.deepEqual(await problemsOf([1, 2]), [{field: '', message: 'must be object'}])
    assert.deepEqual(await problemsOf(null), [{field: '', message: 'must be object'}])
  })

  for (const [what, text] of [
    ['U+0000', 'a\u0000b'],
    ['half a surrogate pair', 'a\uD83D'],
  ]) {
    it(`refuses ${what} and names the field`, async () => {
      const items = [
        {sku: 'TG10', quantity: 1, netPrice: '1.00'},
        {sku: 'TG10', text, quantity: 1, netPrice: '1.00'},
      ]

      assert.deepEqual(await problemsOf(order('WEB-1', {items})), [
        {field: '/items/1/text', message: 'holds U+0000 or half a surrogate pair, which cannot be kept'},
      ])
    })
  }

  it('lets in a backslash before u0000, which is text like any other', async () => {
    const items = [{sku: 'TG10', text: String.raw`a\u0000`, quantity: 1, netPrice: '1.00'}]

    assert.deepEqual(await problemsOf(order('WEB-1', {items})), [])
  })
})

describe('openDoor on a flow with personal fields', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-door-'))
  })
  afterEach(async () => rm(folder, {recursive: true}))

  const open = async (schema: object, changes: Readonly<Record<string, unknown>> = {}): Promise<Door> => {
    const flow = findFlow(await loadConfig(example, {}), 'sales-order')
    await writeFile(join(folder, 'schema.json'), JSON.stringify(schema))
    return openDoor({...flow, schema: join(folder, 'schema.json'), ...changes})
  }

  it('tells why a document is refused without what is personal in it', async () => {
    const schema = {properties: {customer: {properties: {name: {'x-personal': true}}}}}
    const door = await open(schema, {version: '$number(customer.name)'})

    const result = await door.check({...order('WEB-1'), customer: {name: 'Ada Lovelace'}})

    assert.ok(result.kind === 'refused')
    assert.deepEqual(result.problems, [{field: '', message: 'Unable to cast value to a number: "***"'}])
  })

  it('refuses a schema whose marks are neither true nor false', async () => {
    await assert.rejects(open({properties: {name: {'x-personal': 'yes'}}}), {
      code: 'schema_invalid',
      message: /x-personal value must be \["boolean"\]/,
    })
  })
})

describe('openDoor on a flow without a strict schema', () => {
  const open = async (changes: Readonly<Record<string, unknown>>): Promise<Door> => {
    const flow = findFlow(await loadConfig(example, {}), 'sales-order')
    const schema = fileURLToPath(new URL('../../../test/unit/intake/any.schema.json', import.meta.url))
    return openDoor({...flow, schema, ...changes})
  }
  const check = async (door: Door, document: unknown) => {
    const result = await door.check(document)
    return result.kind === 'refused' ? result.problems.map(({message}) => message) : result.idempotencyKey
  }

  it('refuses what has no key or no version', async () => {
    const door = await open({})

    assert.deepEqual(await check(door, {...order('WEB-1'), orderId: ''}), ['has no business key (orderId)'])
    assert.deepEqual(await check(door, {...order('WEB-1'), revision: null}), ['has no version (revision)'])
  })

  it('refuses a key that is longer than any index can hold', async () => {
    const door = await open({})

    assert.deepEqual(await check(door, order('K'.repeat(5000))), ['has a business key of more than 500 characters'])
  })

  it('prefers the key of the producer, and has none where nothing identifies the message', async () => {
    assert.equal(await check(await open({idempotencyKey: 'eventId'}), {...order('WEB-1'), eventId: 'E-1'}), 'E-1')
    assert.equal(await check(await open({version: undefined}), order('WEB-1')), null)
  })
})
