import assert from 'node:assert/strict'
import {parseMultipart, type Part} from '#lib/sandbox/erp/odata/multipart.js'
import {type Answer, json, order, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

/** An operation as it stands in a batch: request line, body, and headers of the part or the request. */
interface Operation {
  readonly line: string
  readonly body?: object
  readonly id?: string
  readonly headers?: readonly string[]
}

function operation({line, body, id, headers = []}: Operation): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const contentType = body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${text.length}`]
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(id === undefined ? [] : [`Content-ID: ${id}`]),
    '',
    `${line} HTTP/1.1`,
    'Accept: application/json',
    ...contentType,
    ...headers,
    '',
    text,
  ].join('\r\n')
}

function changeSet(name: string, operations: readonly Operation[]): string {
  const parts = operations.map((one) => `--${name}\r\n${operation(one)}\r\n`)
  return `Content-Type: multipart/mixed; boundary=${name}\r\n\r\n${parts.join('')}--${name}--\r\n`
}

/** What a part of the answer says: one status and body, or those of a change set. */
function outcome(part: Part): unknown {
  const contentType = part.headers['content-type'] ?? ''
  if (contentType.startsWith('multipart/mixed')) return parseMultipart(part.content, contentType).map(outcome)
  const [head = '', text = ''] = part.content.split('\r\n\r\n')
  return {
    status: Number(head.split(' ')[1]),
    ...(part.headers['content-id'] === undefined ? {} : {id: part.headers['content-id']}),
    ...(text.startsWith('{') ? describeBody(JSON.parse(text)) : {}),
  }
}

function describeBody({error, d}: {error?: {code: string}; d?: Record<string, unknown>}): object {
  if (error) return {code: error.code}
  return d && 'PurchaseOrderByCustomer' in d ? {reference: d.PurchaseOrderByCustomer} : {}
}

function outcomes(answer: Answer): unknown {
  return parseMultipart(answer.text, answer.headers.get('content-type') ?? '').map(outcome)
}

const post = (reference: string, more: object = {}): Operation => ({
  line: 'POST A_SalesOrder',
  body: order(reference, more),
})
const unknownMaterial = {to_Item: [{Material: 'NOTHING'}]}

describe('$batch', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const batch = (parts: readonly string[], root = sandbox.orders, headers: Record<string, string> = {}) =>
    sandbox.client.send('POST', `${root}/$batch`, {
      headers: {'content-type': 'multipart/mixed; boundary=b', ...headers},
      body: `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
    })

  it('undoes a change set that fails, answers it with one error, and goes on', async () => {
    const answer = await batch([
      changeSet('one', [post('UNDONE'), post('BAD', unknownMaterial)]),
      changeSet('two', [{...post('KEPT'), id: '7'}]),
    ])

    assert.equal(answer.status, 202)
    assert.deepEqual(outcomes(answer), [{status: 400, code: 'V1/319'}, [{status: 201, id: '7', reference: 'KEPT'}]])
    assert.deepEqual([...(await sandbox.admin.effects()).keys()], ['KEPT'])
    assert.equal((await sandbox.client.send('GET', `${sandbox.orders}/A_SalesOrder/$count`)).text, '1')
  })

  it('reads between the change sets what they have booked', async () => {
    const answer = await batch([
      operation({line: "GET A_SalesOrder('1')"}),
      changeSet('one', [post('A')]),
      operation({line: "GET A_SalesOrder('1')?$select=PurchaseOrderByCustomer"}),
      operation({line: "GET A_SalesOrder?$filter=Colour eq '?'"}),
    ])

    assert.deepEqual(outcomes(answer), [
      {status: 404, code: '/IWBEP/CM_MGW_RT/020'},
      [{status: 201, reference: 'A'}],
      {status: 200, reference: 'A'},
      {status: 400, code: '/IWBEP/CM_MGW_RT/021'},
    ])
  })

  it('takes relative, absolute and full addresses, and refuses those of another service', async () => {
    const {pathname} = new URL(sandbox.orders)
    const lines = ['A_SalesOrder', '/A_SalesOrder', `${pathname}/A_SalesOrder`, `${sandbox.orders}/A_SalesOrder`]

    const answer = await batch([
      ...lines.map((path, at) => changeSet(`c${at}`, [{...post('A'), line: `POST ${path}`}])),
      changeSet('other', [{...post('A'), line: 'POST /sap/opu/odata/sap/API_PRODUCT_SRV/A_Product'}]),
    ])

    assert.deepEqual(outcomes(answer), [
      ...lines.map(() => [{status: 201, reference: 'A'}]),
      {status: 404, code: '/IWBEP/CM_MGW_RT/020'},
    ])
  })

  it('changes by ETag, and refers within a change set to what it has just created', async () => {
    const answer = await batch([
      changeSet('one', [
        {...post('A'), id: '1'},
        {line: 'POST $1/to_Item', body: {Material: 'TG10', RequestedQuantity: '1'}, id: '2'},
        {line: 'MERGE $1', body: {CustomerPurchaseOrderType: 'WEB'}, id: '3', headers: ['If-Match: *']},
      ]),
      changeSet('two', [{line: "MERGE A_SalesOrder('1')", body: {}, headers: ['If-Match: W/"stale"']}]),
      changeSet('three', [{line: "MERGE A_SalesOrder('1')", body: {}}]),
    ])

    assert.deepEqual(outcomes(answer), [
      [
        {status: 201, id: '1', reference: 'A'},
        {status: 201, id: '2'},
        {status: 204, id: '3'},
      ],
      {status: 412, code: '/IWFND/CM_CONSUMER/101'},
      {status: 428, code: '/IWFND/CM_CONSUMER/428'},
    ])
    assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 1, changes: 2, documents: ['1']})
  })

  it('holds no GET in a change set, and undoes what came before it', async () => {
    const answer = await batch([changeSet('one', [post('A'), {line: 'GET A_SalesOrder'}])])

    assert.deepEqual(outcomes(answer), [{status: 400, code: '/IWBEP/CM_MGW_RT/021'}])
    assert.deepEqual(await sandbox.admin.effects(), new Map())
  })

  it('strikes single operations with the faults meant for them', async () => {
    await sandbox.admin.addFault({kind: 'lock', reference: 'B'})

    const answer = await batch([changeSet('one', [post('A')]), changeSet('two', [post('B')])])

    assert.deepEqual(outcomes(answer), [[{status: 201, reference: 'A'}], {status: 400, code: 'V1/042'}])
  })

  it('stops at the first failure in V4, unless asked to go on', async () => {
    const v4Order = (reference: string, customer: string) =>
      changeSet(reference, [
        {line: 'POST SalesOrder', body: {SoldToParty: customer, PurchaseOrderByCustomer: reference}},
      ])
    const parts = [v4Order('A', 'NOBODY'), v4Order('B', 'USCU_S01')]

    const stopped = await batch(parts, sandbox.v4)
    const effectsOfStopped = await sandbox.admin.effects()
    const goneOn = await batch(parts, sandbox.v4, {prefer: 'odata.continue-on-error'})

    assert.equal(stopped.status, 200)
    assert.deepEqual(outcomes(stopped), [{status: 400, code: 'VP/204'}])
    assert.deepEqual(effectsOfStopped, new Map())
    assert.deepEqual(outcomes(goneOn), [{status: 400, code: 'VP/204'}, [{status: 201}]])
    assert.deepEqual([...(await sandbox.admin.effects()).keys()], ['B'])
  })

  it('answers 400 to what is no batch', async () => {
    const send = (contentType: string, body: string) =>
      sandbox.client.send('POST', `${sandbox.orders}/$batch`, {headers: {'content-type': contentType}, body})

    const answers = [await send('multipart/mixed', '--b--'), await send('multipart/mixed; boundary=b', 'nothing')]
    const garbled = await batch(['Content-Type: application/http\r\n\r\nHELLO', operation({line: 'GET A_SalesOrder'})])

    assert.deepEqual(
      answers.map((answer) => [answer.status, typeof json(answer).error.code]),
      [
        [400, 'string'],
        [400, 'string'],
      ],
    )
    assert.deepEqual(outcomes(garbled), [{status: 400, code: '/IWBEP/CM_MGW_RT/021'}, {status: 200}])
  })
})
