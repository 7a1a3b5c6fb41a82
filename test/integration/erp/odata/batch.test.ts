import assert from 'node:assert/strict'
import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import type {ODataDestination} from '#lib/erp/odata/session.js'
import {sandboxAdmin, type SandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {startSandboxErp, type SandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {connect, destinationAt, never, operation, startODataServer, type ODataServer} from './odata-server.js'

const account = {user: 'ERPSYNC', password: 's3cret'}

function order(reference: string, changes: Readonly<Record<string, unknown>> = {}): ErpDocument {
  const items = [{Material: 'TG10', RequestedQuantity: 2, SalesOrderItemText: 'Bär – 10 €'}]
  return {reference, body: {SalesOrderType: 'OR', SoldToParty: 'USCU_S01', to_Item: items, ...changes}}
}

/** What decides over a message's fate. */
function verdict(outcome: SubmitOutcome) {
  if (outcome.kind !== 'failed') return outcome.documentNumber
  const {class: kind, executed, code, retryAfterMs} = outcome.failure
  return [kind, executed, code, ...(retryAfterMs === undefined ? [] : [retryAfterMs])].join(' ')
}

/** SAP's answer names the transaction, which is another one each time. */
function withoutEvidence(outcome: SubmitOutcome) {
  return outcome.kind === 'failed' ? {...outcome.failure, answer: undefined} : outcome
}

describe('submitBatch on the sandbox ERP', () => {
  let sandbox: SandboxErp
  let admin: SandboxAdmin
  before(async () => {
    sandbox = await startSandboxErp({host: '127.0.0.1', port: 0, ...account})
    admin = sandboxAdmin({url: sandbox.url, ...account})
  })
  beforeEach(() => admin.reset())
  after(() => sandbox.close())

  function open(settings: Partial<ODataDestination> = {}, changes: Partial<ODataOperation> = {}) {
    const connector = openConnector('s4', destinationAt(sandbox.baseUrl, settings), operation(changes), 'f')
    const {submitBatch} = connector
    assert.ok(submitBatch)
    return {...connector, submitBatch}
  }

  async function submit(documents: readonly ErpDocument[], settings: Partial<ODataDestination> = {}) {
    const outcomes = await open(settings).submitBatch(documents, never)
    return outcomes.map(verdict)
  }

  async function booked(...references: readonly string[]) {
    const effects = await admin.effects()
    return references.map((reference) => effects.get(reference)?.documents ?? [])
  }

  it('books every document by one call and tells each its number', async () => {
    const outcomes = await submit([order('A-1'), order("O'Neil/2"), order('A-3')])

    assert.deepEqual(outcomes, ['1', '2', '3'])
    assert.deepEqual(await booked('A-1', "O'Neil/2", 'A-3'), [['1'], ['2'], ['3']])
    assert.equal((await admin.stats()).requests, 2)
  })

  it('books the good ones whatever stands among them', async () => {
    await admin.addFault({kind: 'lock', reference: 'LOCKED'})

    const outcomes = await submit([
      order('A-1'),
      order('A-2', {SoldToParty: 'USCU_X99'}),
      order('LOCKED'),
      order('A-4', {NoSuchProperty: 'x'}),
      order('A-5'),
    ])

    const [first, customer, locked, property, last] = outcomes
    assert.deepEqual([first, customer, locked, last], ['1', 'permanent no sap:VP/204', 'transient no sap:V1/042', '2'])
    assert.match(property ?? '', /^permanent no sap:/)
    assert.deepEqual(await booked('A-1', 'A-2', 'LOCKED', 'A-4', 'A-5'), [['1'], [], [], [], ['2']])
  })

  it('judges each part exactly as a single call', async () => {
    const connector = open()
    const documents = [order('A-1', {SoldToParty: 'USCU_X99'}), order('A-2', {to_Item: [{Material: 'TG90'}]})]

    const together = await connector.submitBatch(documents, never)
    const alone = await Promise.all(documents.map((document) => connector.submit(document, never)))

    assert.deepEqual(together.map(withoutEvidence), alone.map(withoutEvidence))
    assert.ok(together.every((outcome) => outcome.kind === 'failed' && outcome.failure.answer !== undefined))
  })

  it('speaks V4 as well, and goes on behind a failure', async () => {
    const settings = {baseUrl: `${sandbox.url}/sap/opu/odata4/sap`}
    const v4 = {
      protocol: 'v4',
      service: 'api_salesorder/srvd_a2x/sap/salesorder/0001',
      entitySet: 'SalesOrder',
    } as const
    const document = (reference: string, SoldToParty = 'USCU_S01'): ErpDocument => ({
      reference,
      body: {SalesOrderType: 'OR', SoldToParty, _Item: [{Product: 'TG10', RequestedQuantity: 2}]},
    })

    const outcomes = await open(settings, v4).submitBatch(
      [document('A-1'), document('A-2', 'USCU_X99'), document('A-3')],
      never,
    )

    assert.deepEqual(outcomes.map(verdict), ['1', 'permanent no sap:VP/204', '2'])
    assert.deepEqual(await booked('A-1', 'A-2', 'A-3'), [['1'], [], ['2']])
  })

  it('doubts every document if the answer is lost, and the look-up finds each booked once', async () => {
    const connector = open()
    const documents = [order('A-1'), order('A-2'), order('A-3')]
    await admin.addFault({kind: 'drop-after-commit'})

    const outcomes = await connector.submitBatch(documents, never)

    const verdicts = new Set(outcomes.map(verdict))
    assert.equal(verdicts.size, 1)
    assert.match([...verdicts].join(), /^in_doubt unknown net:/)
    const found = await Promise.all(documents.map((document) => connector.probe(document, never)))
    assert.deepEqual(
      found,
      ['1', '2', '3'].map((documentNumber) => ({kind: 'found', documentNumber})),
    )
    assert.equal((await admin.stats()).effects.creates, 3)
  })

  it('doubts every document if the answer breaks off or does not come in time', async () => {
    await admin.addFault({kind: 'truncated-body', method: 'POST'})
    await admin.addFault({kind: 'hang', method: 'POST'})

    const cut = await submit([order('A-1'), order('A-2')])
    const late = await submit([order('A-3'), order('A-4')], {timeout: 300})

    assert.equal(new Set(cut).size, 1)
    assert.match(cut[0] ?? '', /^in_doubt unknown net:/)
    assert.deepEqual(late, ['in_doubt unknown net:TIMEOUT', 'in_doubt unknown net:TIMEOUT'])
    assert.deepEqual(await booked('A-1', 'A-2', 'A-3', 'A-4'), [['1'], ['2'], [], []])
  })

  it('passes a refusal of the whole on to every document, none of which was booked', async () => {
    const documents = [order('A-1'), order('A-2')]
    await admin.addFault({kind: 'unavailable', method: 'POST', retryAfterSeconds: 7})
    await admin.addFault({kind: 'throttle', method: 'POST', retryAfterSeconds: 3})

    const unavailable = await submit(documents)
    const throttled = await submit(documents)
    const denied = await submit(documents, {auth: {basic: {user: 'ERPSYNC', password: 'wrong'}}})

    assert.deepEqual(unavailable, ['transient no http:503 7000', 'transient no http:503 7000'])
    assert.deepEqual(throttled, ['throttled no http:429 3000', 'throttled no http:429 3000'])
    assert.deepEqual(denied, ['config no http:401', 'config no http:401'])
    assert.equal((await admin.stats()).effects.creates, 0)
  })

  it('sends the batch once more, and once only, when the session has expired', async () => {
    const connector = open()
    await connector.submit(order('A-1'), never)
    await admin.addFault({kind: 'expired-session'})

    const outcomes = await connector.submitBatch([order('A-2'), order('A-3')], never)

    assert.deepEqual(outcomes.map(verdict), ['2', '3'])
    assert.equal((await admin.stats()).effects.creates, 3)
  })

  it('sends nothing once the worker gives up', async () => {
    const outcomes = await open().submitBatch([order('A-1'), order('A-2')], AbortSignal.abort())

    assert.deepEqual(outcomes.map(verdict), ['transient no net:ABORTED', 'transient no net:ABORTED'])
    assert.equal((await admin.stats()).requests, 0)
  })

  it('is not offered for operations that read before they write', () => {
    for (const method of ['update', 'upsert'] as const) {
      const connector = openConnector('s4', destinationAt(sandbox.baseUrl), operation({method, entityKey: ['K']}), 'f')
      assert.equal(connector.submitBatch, undefined)
    }
  })
})

describe('submitBatch on a strange answer', () => {
  const servers: ODataServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map(({close}) => close())))

  const part = (status: string, {id = '', body = '{"d": {"SalesOrder": "7"}}'} = {}) =>
    `--b\r\nContent-Type: application/http\r\n${id === '' ? '' : `Content-ID: ${id}\r\n`}\r\nHTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n${body}\r\n`

  async function submitTo(text: string, contentType = 'multipart/mixed; boundary=b', status = 202) {
    const server = await startODataServer((_, response) => {
      response.writeHead(status, {'content-type': contentType})
      response.end(text)
    })
    servers.push(server)
    const {submitBatch} = connect(destinationAt(server.baseUrl))
    const outcomes = await submitBatch?.([order('A-1'), order('A-2'), order('A-3')], never)
    return outcomes?.map(verdict)
  }

  const doubtful = 'in_doubt unknown http:202'

  it('doubts what a success says nothing of', async () => {
    assert.deepEqual(await submitTo(`${part('201 Created')}--b--`), ['7', doubtful, doubtful])
    assert.deepEqual(await submitTo(''), [doubtful, doubtful, doubtful])
    assert.deepEqual(await submitTo('<html>Welcome</html>', 'text/html'), [doubtful, doubtful, doubtful])
    assert.deepEqual(await submitTo('{"d": {}}', 'application/json'), [doubtful, doubtful, doubtful])
  })

  it('doubts everything from the first answer on that is meant for another document', async () => {
    const text = [part('201 Created', {id: '1'}), part('201 Created', {id: '3'}), part('201 Created', {id: '2'})]

    assert.deepEqual(await submitTo(`${text.join('')}--b--`), ['7', doubtful, doubtful])
  })

  it('doubts everything if there are more answers than documents', async () => {
    assert.deepEqual(await submitTo(`${part('201 Created').repeat(4)}--b--`), [doubtful, doubtful, doubtful])
  })

  it('doubts everything from the first part on that is no HTTP', async () => {
    const text = `${part('201 Created')}--b\r\nContent-Type: application/http\r\n\r\nSMTP ready\r\n${part('400 Bad Request')}--b--`

    assert.deepEqual(await submitTo(text), ['7', doubtful, doubtful])
  })

  it('doubts a success whose body is no JSON, as for a single call', async () => {
    const text = `${part('201 Created', {body: '<d/>'})}${part('201 Created').repeat(2)}--b--`

    assert.deepEqual(await submitTo(text), ['in_doubt unknown http:201', '7', '7'])
  })
})
