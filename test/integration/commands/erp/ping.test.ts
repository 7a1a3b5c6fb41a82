import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {giveToken, startODataServer, type ODataServer} from '../../erp/odata/odata-server.js'

const cli = fileURLToPath(new URL('../../../../bin/run.js', import.meta.url))

const configOf = (baseUrl: string) => `
postgres: {url: "postgres://127.0.0.1:1/unused"}
rabbitmq: {urls: ["amqp://127.0.0.1:1"]}
destinations:
  s4:
    kind: odata
    baseUrl: "${baseUrl}"
    timeout: 2s
    auth: {basic: {user: ERPSYNC, password: "\${env:ERPSYNC_TEST_PASSWORD}"}}
flows:
  sales-order:
    schema: order.schema.json
    key: orderId
    destination: s4
    operation:
      service: API_SALES_ORDER_SRV
      entitySet: A_SalesOrder
      method: create
      map: order.jsonata
      reference: PurchaseOrderByCustomer
      result: SalesOrder
`

describe('erpsync erp ping', function () {
  this.timeout(20_000)
  let folder: string
  let server: ODataServer
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-ping-'))
    server = await startODataServer(
      () => assert.fail('only the service root may be read'),
      (request, response) => {
        const isKnown = request.headers.authorization === `Basic ${btoa('ERPSYNC:right')}`
        if (isKnown) giveToken(request, response)
        else response.writeHead(401).end('<html>Logon failed</html>')
      },
    )
    await writeFile(join(folder, 'erpsync.yaml'), configOf(server.baseUrl))
  })
  afterEach(async () => {
    await server.close()
    await rm(folder, {recursive: true})
  })

  const ping = async (args: readonly string[], password?: string) => {
    const env = {PATH: process.env.PATH, ...(password === undefined ? {} : {ERPSYNC_TEST_PASSWORD: password})}
    const argv = [cli, 'erp', 'ping', '--config', join(folder, 'erpsync.yaml'), ...args]
    return new Promise<{code: number; stdout: string; stderr: string}>((resolve) => {
      execFile(process.execPath, argv, {env}, (error, stdout, stderr) => {
        resolve({code: error === null ? 0 : Number(error.code), stdout, stderr})
      })
    })
  }

  it('tells who answered and how fast', async () => {
    const {code, stdout} = await ping([], 'right')

    assert.equal(code, 0)
    assert.match(
      stdout,
      /^flow +destination +latency +answer\nsales-order +s4 +\d+ ms +OData V2 API_SALES_ORDER_SRV\n$/,
    )
  })

  it('prints the same as JSON', async () => {
    const {code, stdout} = await ping(['s4', '--json'], 'right')

    const {pings} = JSON.parse(stdout)
    assert.equal(code, 0)
    assert.deepEqual(
      pings.map(({latencyMs, ...rest}: {latencyMs: number}) => ({...rest, timed: latencyMs >= 0})),
      [
        {
          flow: 'sales-order',
          destination: 's4',
          isReachable: true,
          system: 'OData V2 API_SALES_ORDER_SRV',
          timed: true,
        },
      ],
    )
  })

  it('ends with 77 when SAP refuses the user', async () => {
    const {code, stdout} = await ping(['sales-order'], 'wrong')

    assert.equal(code, 77)
    assert.match(stdout, /\nsales-order +s4 +http:401 +GET API_SALES_ORDER_SRV\/: HTTP 401: Logon failed\n$/)
  })

  it('ends with 69 when nobody answers', async () => {
    await server.close()

    const {code, stdout} = await ping(['--json'], 'right')

    assert.equal(code, 69)
    assert.equal(JSON.parse(stdout).pings[0].failure.code, 'net:ECONNREFUSED')
  })

  it('ends with 78 and names the variable when the password is missing', async () => {
    const {code, stderr} = await ping([])

    assert.equal(code, 78)
    assert.match(stderr, /destinations\.s4\.auth\.basic\.password: the environment variable ERPSYNC_TEST_PASSWORD/)
    assert.equal(server.seen.length, 0)
  })

  it('ends with 2 and the nearest name when there is no such flow', async () => {
    const {code, stderr} = await ping(['sales-ordr'], 'right')

    assert.equal(code, 2)
    assert.match(stderr, /Did you mean "sales-order"\?/)
  })
})
