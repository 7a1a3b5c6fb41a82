import assert from 'node:assert/strict'
import type {ErpDocument} from '#lib/erp/connector.js'
import {connect, destinationAt, json, never, type ODataServer, startODataServer} from './odata-server.js'

const metadata = '<EntityType><Property Name="Quantity" Type="Edm.Decimal"/></EntityType>'
const document = (reference: string): ErpDocument => ({reference, body: {Quantity: '2', to_Item: [{Item: '10'}]}})
const held = (reference: string, number = reference) => ({
  SalesOrder: number,
  PurchaseOrderByCustomer: reference,
  Quantity: '2.000',
  to_Item: {results: []},
})

describe('readMany of a service', () => {
  let server: ODataServer
  let answers: (query: string) => unknown
  afterEach(() => server.close())

  async function serve() {
    server = await startODataServer(({url}, response) => {
      const address = decodeURIComponent(url).replace(/^.*_SRV\//, '')
      if (address === '$metadata') response.writeHead(200, {'content-type': 'application/xml'}).end(metadata)
      else {
        const answer = answers(address)
        json(response, typeof answer === 'number' ? answer : 200, typeof answer === 'number' ? refusal : answer)
      }
    })
    return connect(destinationAt(server.baseUrl))
  }
  const asked = () => server.seen.map(({url}) => decodeURIComponent(url)).filter((url) => url.includes('$filter'))
  const results = (...entities: readonly unknown[]) => ({d: {results: entities}})
  const read = async (connector: Awaited<ReturnType<typeof serve>>, ...references: readonly string[]) => {
    const outcomes = await connector.readMany!(references.map(document), never)
    return outcomes.map((outcome) => (outcome.kind === 'found' ? outcome.documentNumber : outcome.kind))
  }

  it('asks for a score by one call, and follows its pages', async () => {
    answers = (query) =>
      query.includes('$skiptoken')
        ? results(held('R-19'))
        : {
            d: {
              results: [held('R-0')],
              __next: `${server.baseUrl}/API_SALES_ORDER_SRV/A_SalesOrder?$skiptoken=1&$filter=x`,
            },
          }
    const connector = await serve()
    const references = Array.from({length: 20}, (_, index) => `R-${index}`)

    const found = await read(connector, ...references)

    assert.deepEqual([found[0], found[1], found[19]], ['R-0', 'absent', 'R-19'])
    assert.equal(asked().length, 2)
  })

  it('keeps an address short, however long the references are', async () => {
    answers = () => results()
    const connector = await serve()

    const found = await read(connector, ...Array.from({length: 40}, (_, index) => `${index}-${'Ü'.repeat(34)}`))

    assert.deepEqual(new Set(found), new Set(['absent']))
    assert.ok(
      server.seen.every(({url}) => url.length < 2600),
      String(Math.max(...server.seen.map(({url}) => url.length))),
    )
  })

  it('asks one by one where a service takes no or', async () => {
    answers = (query) => (query.includes(' or ') ? 400 : query.includes("'B'") ? results(held('B')) : results())
    const connector = await serve()

    assert.deepEqual(await read(connector, 'A', 'B'), ['absent', 'B'])
    assert.equal(asked().length, 3)
  })

  it('asks one by one for what SAP takes for equal', async () => {
    answers = (query) => (query.includes("'a '") || query.includes(' or ') ? results(held('A', '7')) : results())
    const connector = await serve()

    assert.deepEqual(await read(connector, 'a ', 'B'), ['7', 'absent'])
  })

  it('compares nothing with a list that came in part', async () => {
    answers = () => results({...held('A'), to_Item: {results: [], __next: 'x'}})
    const connector = await serve()

    const outcome = await connector.read!(document('A'), never)

    assert.ok(outcome.kind === 'failed')
    assert.equal(outcome.failure.code, 'read:in_part')
  })

  it('tells a failure of each document, and is told so again until SAP answers', async () => {
    answers = () => 503
    const connector = await serve()

    assert.deepEqual(await read(connector, 'A', 'B'), ['failed', 'failed'])
    answers = () => results(held('A'), held('B'))
    assert.deepEqual(await read(connector, 'A', 'B'), ['A', 'B'])
  })
})

const refusal = {error: {code: '/IWBEP/CM_MGW_RT/021', message: {lang: 'en', value: 'Invalid filter'}}}
