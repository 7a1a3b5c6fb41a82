import assert from 'node:assert/strict'
import {createServer, type AddressInfo} from 'node:net'
import type {ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {
  connect,
  destinationAt,
  giveToken,
  json,
  never,
  order,
  startODataServer,
  type ODataServer,
  type SeenRequest,
} from './odata-server.js'

type Handler = Parameters<typeof startODataServer>[0]

const servers: ODataServer[] = []

async function serve(handle: Handler, root: Handler = giveToken): Promise<ODataServer> {
  const server = await startODataServer(handle, root)
  servers.push(server)
  return server
}

async function submitTo(baseUrl: string, timeout = 5000): Promise<SubmitOutcome> {
  return connect(destinationAt(baseUrl, {timeout})).submit(order, never)
}

/** What decides over the message's fate. */
function verdictOf(outcome: {readonly kind: string; readonly failure?: Failure}) {
  assert.ok(outcome.failure, `expected a failure, got ${outcome.kind}`)
  const {class: kind, executed, code, stage} = outcome.failure
  return {class: kind, executed, code, stage}
}

const writes = ({seen}: ODataServer) => seen.filter(({method}) => method !== 'GET')

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('openODataConnector over a bad network', () => {
  afterEach(() => Promise.all(servers.splice(0).map(({close}) => close())))

  it('knows that a refused connection sent nothing', async () => {
    const outcome = await submitTo(`http://127.0.0.1:${await unusedPort()}`)

    assert.deepEqual(verdictOf(outcome), {
      class: 'transient',
      executed: 'no',
      code: 'net:ECONNREFUSED',
      stage: 'call',
    })
  })

  it('knows that a refused connection sent nothing, token in hand', async () => {
    const closing = {connection: 'close', 'x-csrf-token': 'token-1'}
    const answer: Handler = (_, response) => json(response, 201, {d: {SalesOrder: '1'}}, closing)
    const server = await serve(answer, answer)
    const connector = connect(destinationAt(server.baseUrl))
    assert.equal((await connector.submit(order, never)).kind, 'done')
    await server.close()

    const outcome = await connector.submit(order, never)

    assert.equal(verdictOf(outcome).code, 'net:ECONNREFUSED')
    assert.equal(verdictOf(outcome).class, 'transient')
  })

  it('knows that an unknown host got nothing', async () => {
    const verdict = verdictOf(await submitTo('http://erp.invalid'))

    assert.equal(verdict.class, 'transient')
    assert.match(verdict.code, /^net:(ENOTFOUND|EAI_AGAIN)$/)
  })

  it('knows that a failed TLS handshake sent nothing', async () => {
    const server = await serve(() => assert.fail('nothing may arrive'))

    const verdict = verdictOf(await submitTo(server.baseUrl.replace('http:', 'https:')))

    assert.deepEqual(verdict, {
      class: 'transient',
      executed: 'no',
      code: 'net:ERR_SSL_WRONG_VERSION_NUMBER',
      stage: 'call',
    })
  })

  it('doubts a write whose connection is reset before any answer', async () => {
    const server = await serve((_, response) => response.socket?.resetAndDestroy())

    assert.deepEqual(verdictOf(await submitTo(server.baseUrl)), {
      class: 'in_doubt',
      executed: 'unknown',
      code: 'net:ECONNRESET',
      stage: 'call',
    })
    assert.equal(writes(server).length, 1)
  })

  it('doubts a write whose connection is closed before any answer', async () => {
    const server = await serve((_, response) => response.socket?.end())

    assert.deepEqual(verdictOf(await submitTo(server.baseUrl)), {
      class: 'in_doubt',
      executed: 'unknown',
      code: 'net:UND_ERR_SOCKET',
      stage: 'call',
    })
    assert.equal(writes(server).length, 1)
  })

  it('doubts a write whose answer breaks off', async () => {
    const server = await serve((_, response) => {
      response.writeHead(201, {'content-type': 'application/json', 'content-length': '100'})
      response.write('{"d": {"SalesOrder": "1"', () => response.socket?.resetAndDestroy())
    })

    const verdict = verdictOf(await submitTo(server.baseUrl))

    assert.deepEqual([verdict.class, verdict.executed], ['in_doubt', 'unknown'])
    assert.match(verdict.code, /^net:/)
  })

  it('doubts a write whose success is not JSON', async () => {
    for (const body of ['', '<html>Welcome</html>', '{"d": {"SalesOrder": "1"']) {
      const server = await serve((_, response) => response.writeHead(201).end(body))

      assert.deepEqual(verdictOf(await submitTo(server.baseUrl)), {
        class: 'in_doubt',
        executed: 'unknown',
        code: 'http:201',
        stage: 'call',
      })
    }
  })

  it('doubts a write that takes longer than the deadline', async () => {
    const server = await serve(() => {})

    const verdict = verdictOf(await submitTo(server.baseUrl, 100))

    assert.deepEqual(verdict, {class: 'in_doubt', executed: 'unknown', code: 'net:TIMEOUT', stage: 'call'})
    assert.equal(writes(server).length, 1)
  })

  it('doubts a write whose answer starts and then stalls', async () => {
    const server = await serve((_, response) => {
      response.writeHead(201, {'content-type': 'application/json'})
      response.write('{"d": ')
    })

    assert.equal(verdictOf(await submitTo(server.baseUrl, 100)).code, 'net:TIMEOUT')
  })

  it('has no doubt when the token could not be had', async () => {
    const server = await serve(
      () => assert.fail('no write may arrive'),
      () => {},
    )

    assert.deepEqual(verdictOf(await submitTo(server.baseUrl, 100)), {
      class: 'transient',
      executed: 'no',
      code: 'net:TIMEOUT',
      stage: 'call',
    })
  })

  it('doubts a write that the caller gives up on', async () => {
    const caller = new AbortController()
    const server = await serve(() => caller.abort())

    const outcome = await connect(destinationAt(server.baseUrl)).submit(order, caller.signal)

    assert.deepEqual(verdictOf(outcome), {
      class: 'in_doubt',
      executed: 'unknown',
      code: 'net:ABORTED',
      stage: 'call',
    })
  })

  it('sends nothing for a caller that has given up', async () => {
    const server = await serve(() => assert.fail('nothing may arrive'))
    const connector = connect(destinationAt(server.baseUrl))

    const outcomes = [
      await connector.submit(order, AbortSignal.abort()),
      await connector.probe(order, AbortSignal.abort()),
    ]

    assert.deepEqual(
      outcomes.map((outcome) => outcome.kind === 'failed' && outcome.failure.class),
      ['transient', 'transient'],
    )
    assert.equal(server.seen.length, 0)
  })

  it('follows no redirect, which would send a write twice', async () => {
    const server = await serve((_, response) => response.writeHead(307, {location: '/sap/elsewhere'}).end())

    assert.deepEqual(verdictOf(await submitTo(server.baseUrl)), {
      class: 'config',
      executed: 'no',
      code: 'http:307',
      stage: 'call',
    })
    assert.equal(writes(server).length, 1)
  })

  it('takes a probe that breaks for neither found nor absent', async () => {
    const unreadable: readonly Handler[] = [
      (_, response) => response.socket?.resetAndDestroy(),
      (_, response) => json(response, 200, {d: {}}),
      (_, response) => json(response, 200, {}),
      (_, response) => response.writeHead(200).end('<html></html>'),
      (_, response) => json(response, 500, {}),
    ]
    for (const handle of unreadable) {
      const server = await serve(handle)

      const outcome = await connect(destinationAt(server.baseUrl)).probe(order, never)

      const {class: kind, executed, stage} = verdictOf(outcome)
      assert.deepEqual({kind, executed, stage}, {kind: 'transient', executed: 'no', stage: 'probe'})
    }
  })
})

describe('openODataConnector', () => {
  afterEach(() => Promise.all(servers.splice(0).map(({close}) => close())))

  it('sends token, all cookies, client, language and user', async () => {
    const server = await serve((_, response) => json(response, 201, {d: {SalesOrder: '1'}}))

    await connect(destinationAt(server.baseUrl, {sapClient: '100', language: 'DE'})).submit(order, never)

    const [write] = writes(server)
    const names = ['x-csrf-token', 'cookie', 'sap-client', 'sap-language', 'authorization', 'accept', 'content-type']
    assert.deepEqual(
      names.map((name) => write?.headers[name]),
      [
        'token-1',
        'SAP_SESSIONID_SBX_100=one; sap-usercontext=sap-client=100',
        '100',
        'DE',
        `Basic ${Buffer.from('ERPSYNC:s3cret').toString('base64')}`,
        'application/json',
        'application/json',
      ],
    )
  })

  it('fetches one token for all operations of a destination, however many start at once', async () => {
    const server = await serve((_, response) => json(response, 201, {d: {SalesOrder: '1'}}))
    const destination = destinationAt(server.baseUrl)
    const [one, other] = [connect(destination), connect(destination, {service: 'API_OTHER_SRV'})]

    const outcomes = await Promise.all([one, other, one, other, one].map((connector) => connector.submit(order, never)))

    assert.ok(outcomes.every(({kind}) => kind === 'done'))
    assert.equal(server.seen.filter(({method}) => method === 'GET').length, 1)
  })

  it('fetches one new token for all calls that were refused with the old one', async () => {
    const tokens = new Map<string, number>()
    const root: Handler = (_, response) => {
      const token = `token-${tokens.size + 1}`
      tokens.set(token, 0)
      json(response, 200, {}, {'x-csrf-token': token})
    }
    const server = await serve(({headers}, response) => {
      const isCurrent = headers['x-csrf-token'] === 'token-2'
      if (isCurrent) json(response, 201, {d: {SalesOrder: '1'}})
      else response.writeHead(403, {'x-csrf-token': 'Required'}).end('CSRF token validation failed')
    }, root)
    const connector = connect(destinationAt(server.baseUrl))

    const outcomes = await Promise.all(Array.from({length: 5}, () => connector.submit(order, never)))

    assert.deepEqual(
      outcomes.map(({kind}) => kind),
      Array(5).fill('done'),
    )
    assert.deepEqual([...tokens.keys()], ['token-1', 'token-2'])
  })

  it('asks for a new token once only', async () => {
    const server = await serve((_, response) => response.writeHead(403, {'x-csrf-token': 'Required'}).end())

    const verdict = verdictOf(await submitTo(server.baseUrl))

    assert.deepEqual(verdict, {class: 'transient', executed: 'no', code: 'http:403', stage: 'call'})
    assert.equal(writes(server).length, 2)
  })

  it('keeps SAP’s warnings and honours an error that comes with a success', async () => {
    const message = {code: 'V1/555', message: 'Check the date', details: []}
    const serveMessage = (severity: string) =>
      serve((_, response) => {
        json(response, 201, {d: {SalesOrder: '7'}}, {'sap-message': JSON.stringify({...message, severity})})
      })

    const warned = await submitTo((await serveMessage('warning')).baseUrl)
    const refused = await submitTo((await serveMessage('error')).baseUrl)

    assert.deepEqual(warned, {
      kind: 'done',
      documentNumber: '7',
      answer: {messages: [{code: 'V1/555', text: 'Check the date', severity: 'warning'}]},
    })
    assert.deepEqual(verdictOf(refused), {class: 'permanent', executed: 'yes', code: 'sap:V1/555', stage: 'call'})
  })

  it('shows no secret in a failure, even if a proxy echoes the request', async () => {
    const server = await serve(({headers}, response) => {
      response.writeHead(502, {'content-type': 'text/html'})
      response.end(`<html>Authorization: ${headers.authorization} password=s3cret</html>`)
    })

    const outcome = await submitTo(server.baseUrl)

    assert.ok(outcome.kind === 'failed')
    assert.match(outcome.failure.text, /Basic \*\*\* password=\*\*\*/)
    assert.doesNotMatch(JSON.stringify(outcome), /s3cret|RVJQU1lOQzpzM2NyZXQ=/)
  })

  it('looks for the reference it sent, quotes and all', async () => {
    const references: string[] = []
    const server = await serve(({method, url, body}, response) => {
      references.push(method === 'POST' ? JSON.parse(body).PurchaseOrderByCustomer : decodeURIComponent(url))
      json(response, 201, {d: {results: []}})
    })
    const connector = connect(destinationAt(server.baseUrl))
    const chosen: ErpDocument = {reference: 'unused', body: {PurchaseOrderByCustomer: "O'Neil & 1/2"}}
    const filled: ErpDocument = {reference: 'A-1', body: {PurchaseOrderByCustomer: ''}}

    for (const document of [chosen, filled]) {
      await connector.submit(document, never)
      assert.deepEqual(await connector.probe(document, never), {kind: 'absent'})
    }

    const query = (literal: string) =>
      `/sap/API_SALES_ORDER_SRV/A_SalesOrder?$filter=PurchaseOrderByCustomer eq ${literal}&$select=SalesOrder&$top=2`
    assert.deepEqual(references, ["O'Neil & 1/2", query("'O''Neil & 1/2'"), 'A-1', query("'A-1'")])
  })

  it('tells several documents of one reference apart from one', async () => {
    const server = await serve((_, response) => {
      json(response, 200, {d: {results: [{SalesOrder: '1'}, {SalesOrder: '2'}]}})
    })

    assert.deepEqual(await connect(destinationAt(server.baseUrl)).probe(order, never), {
      kind: 'several',
      documentNumbers: ['1', '2'],
    })
  })

  it('pings the service root', async () => {
    const server = await serve(() => assert.fail('only the root may be read'))

    const outcome = await connect(destinationAt(server.baseUrl)).ping(never)

    assert.ok('system' in outcome)
    assert.equal(outcome.system, 'OData V2 API_SALES_ORDER_SRV')
    assert.deepEqual(
      server.seen.map(({method, url}: SeenRequest) => `${method} ${url}`),
      ['GET /sap/API_SALES_ORDER_SRV/'],
    )
  })

  it('refuses an address that holds a password or is none', () => {
    for (const baseUrl of ['s4.example.com', 'ftp://s4.example.com', 'https://u:p@s4.example.com', 'https://s4/?a=b']) {
      assert.throws(() => connect(destinationAt(baseUrl)), {code: 'destination_invalid', exitCode: 78})
    }
  })
})
