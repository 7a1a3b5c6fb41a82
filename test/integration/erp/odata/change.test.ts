import assert from 'node:assert/strict'
import type {ErpDocument} from '#lib/erp/connector.js'
import {
  connect,
  destinationAt,
  json,
  never,
  operation,
  startODataServer,
  type ODataServer,
  type SeenRequest,
} from './odata-server.js'

type Method = 'update' | 'upsert'
type Handler = Parameters<typeof startODataServer>[0]

const partner: ErpDocument = {reference: '10', body: {BusinessPartner: '10', Name: 'New', Town: 'Ulm'}}
const notFound = {error: {code: '/IWBEP/CM_MGW_RT/020', message: {lang: 'en', value: 'Resource not found'}}}

let server: ODataServer

/** A connector for business partners over a server that answers reads and writes as told. */
async function serve(method: Method, read: Handler, write: Handler) {
  server = await startODataServer((request, response) => {
    if (request.method === 'GET') read(request, response)
    else write(request, response)
  })
  const {service, entitySet} = operation({service: 'API_BUSINESS_PARTNER_SRV', entitySet: 'A_BusinessPartner'})
  return connect(destinationAt(server.baseUrl), {
    service,
    entitySet,
    method,
    entityKey: ['BusinessPartner'],
    reference: 'BusinessPartner',
    result: 'BusinessPartner',
  })
}

function holding(...names: readonly string[]): Handler {
  let reads = 0
  return (_, response) => {
    reads += 1
    const name = names[Math.min(reads, names.length) - 1]
    json(response, 200, {d: {BusinessPartner: '10', Name: name, Town: 'Ulm'}}, {etag: `W/"${reads}"`})
  }
}

const absent: Handler = (_, response) => json(response, 404, notFound)
const refuse =
  (status: number): Handler =>
  (_, response) =>
    response.writeHead(status).end()
const accept: Handler = (_, response) => response.writeHead(204).end()
const unwanted: Handler = () => assert.fail('no such call may arrive')

function writes() {
  return server.seen
    .filter(({method}) => method !== 'GET')
    .map(({method, url, headers, body}: SeenRequest) => ({
      call: `${method} ${decodeURIComponent(url).replace(/^.*_SRV\//, '')}`,
      etag: headers['if-match'],
      body: JSON.parse(body),
    }))
}

describe('submitChange', () => {
  afterEach(() => server.close())

  it('sends what differs under the ETag it read', async () => {
    const connector = await serve('update', holding('Old'), accept)

    const outcome = await connector.submit(partner, never)

    assert.deepEqual(outcome, {kind: 'done', documentNumber: '10'})
    assert.deepEqual(writes(), [{call: "PATCH A_BusinessPartner('10')", etag: 'W/"1"', body: {Name: 'New'}}])
  })

  it('takes the ETag out of the entity when no header has it', async () => {
    const entity = {BusinessPartner: '10', Name: 'Old', Town: 'Ulm', __metadata: {etag: 'W/"inside"'}}
    const connector = await serve('update', (_, response) => json(response, 200, {d: entity}), accept)

    await connector.submit(partner, never)

    assert.equal(writes()[0]?.etag, 'W/"inside"')
  })

  it('writes nothing when SAP holds the state already', async () => {
    const connector = await serve('upsert', holding('New'), unwanted)

    assert.deepEqual(await connector.submit(partner, never), {kind: 'done', documentNumber: '10'})
  })

  it('creates what is absent by upsert and fails by update', async () => {
    const created: Handler = (_, response) => json(response, 201, {d: {BusinessPartner: '10'}})
    const upserting = await serve('upsert', absent, created)
    const upserted = await upserting.submit(partner, never)
    const posted = writes()
    await server.close()
    const updating = await serve('update', absent, unwanted)
    const updated = await updating.submit(partner, never)

    assert.deepEqual(upserted, {kind: 'done', documentNumber: '10'})
    assert.deepEqual(posted, [{call: 'POST A_BusinessPartner', etag: undefined, body: partner.body}])
    assert.ok(updated.kind === 'failed')
    assert.equal(updated.failure.class, 'permanent')
    assert.equal(updated.failure.code, 'sap:/IWBEP/CM_MGW_RT/020')
  })

  it('creates nothing where a proxy says 404', async () => {
    const connector = await serve('upsert', (_, response) => response.writeHead(404).end('<html></html>'), unwanted)

    const outcome = await connector.submit(partner, never)

    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.failure.class, outcome.failure.code], ['config', 'http:404'])
  })

  it('reads and decides again after a lost race', async () => {
    let patches = 0
    const write: Handler = (request, response) => {
      patches += 1
      if (patches === 1) refuse(412)(request, response)
      else accept(request, response)
    }
    const connector = await serve('upsert', holding('Old', 'Other'), write)

    assert.equal((await connector.submit(partner, never)).kind, 'done')
    assert.deepEqual(
      writes().map(({etag}) => etag),
      ['W/"1"', 'W/"2"'],
    )
  })

  it('stops when the winner of the race has written the same', async () => {
    const connector = await serve('upsert', holding('Old', 'New'), refuse(412))

    assert.equal((await connector.submit(partner, never)).kind, 'done')
    assert.equal(writes().length, 1)
  })

  it('gives up as a conflict after three lost races', async () => {
    for (const status of [412, 428]) {
      const connector = await serve('upsert', holding('Old'), refuse(status))

      const outcome = await connector.submit(partner, never)

      assert.ok(outcome.kind === 'failed')
      const {class: kind, executed, code} = outcome.failure
      assert.deepEqual({kind, executed, code}, {kind: 'conflict', executed: 'no', code: `http:${status}`})
      assert.equal(writes().length, 3)
      await server.close()
    }
  })

  it('says which nested parts a change leaves out', async () => {
    const connector = await serve('upsert', holding('Old'), accept)
    const nested = {...partner, body: {...partner.body, to_Address: [{CityName: 'Ulm'}]}}

    const outcome = await connector.submit(nested, never)

    assert.deepEqual(outcome, {kind: 'done', documentNumber: '10', answer: {notSent: ['to_Address']}})
    assert.deepEqual(writes()[0]?.body, {Name: 'New'})
  })

  it('sends nothing without a key', async () => {
    const connector = await serve('upsert', unwanted, unwanted)

    const outcome = await connector.submit({reference: '10', body: {Name: 'New'}}, never)

    assert.ok(outcome.kind === 'failed')
    const {class: kind, code, stage} = outcome.failure
    assert.deepEqual({kind, code, stage}, {kind: 'permanent', code: 'map:key_missing', stage: 'map'})
  })

  it('has no doubt when the read fails', async () => {
    const connector = await serve('upsert', (_, response) => response.socket?.resetAndDestroy(), unwanted)

    const outcome = await connector.submit(partner, never)

    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.failure.class, outcome.failure.executed], ['transient', 'no'])
  })

  it('doubts a change whose answer was lost', async () => {
    const connector = await serve('upsert', holding('Old'), (_, response) => response.socket?.resetAndDestroy())

    const outcome = await connector.submit(partner, never)

    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.failure.class, outcome.failure.executed], ['in_doubt', 'unknown'])
    assert.equal(writes().length, 1)
  })
})

describe('probeChange', () => {
  afterEach(() => server.close())

  it('finds the document when SAP holds its state, and only then', async () => {
    const connector = await serve('upsert', holding('New', 'Old'), unwanted)

    assert.deepEqual(await connector.probe(partner, never), {kind: 'found', documentNumber: '10'})
    assert.deepEqual(await connector.probe(partner, never), {kind: 'absent'})
  })

  it('calls a missing entity absent', async () => {
    const connector = await serve('update', absent, unwanted)

    assert.deepEqual(await connector.probe(partner, never), {kind: 'absent'})
  })

  it('fails when the read does', async () => {
    const connector = await serve('update', (_, response) => json(response, 200, {d: null}), unwanted)

    const outcome = await connector.probe(partner, never)

    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.failure.class, outcome.failure.stage], ['transient', 'probe'])
  })
})
