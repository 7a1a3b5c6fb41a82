import assert from 'node:assert/strict'
import {createConnection} from 'node:net'
import {once} from 'node:events'
import {type Answer, brokenBy, json, logOn, order, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

describe('a fault of the sandbox ERP', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const book = (reference: string, timeoutMs?: number): Promise<Answer> =>
    sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {
      body: order(reference),
      ...(timeoutMs === undefined ? {} : {timeoutMs}),
    })
  const creates = async (reference: string) => (await sandbox.admin.effectOf(reference)).creates
  const struck = async () => (await sandbox.admin.stats()).faults

  it('latency: answers late, and books even for a client that has left', async () => {
    await sandbox.admin.addFault({kind: 'latency', ms: 300, count: 2})
    const started = performance.now()

    const late = await book('LATE')
    const tookMs = performance.now() - started
    const error = await brokenBy(book('LEFT', 50))
    await eventually(async () => (await creates('LEFT')) === 1)

    assert.equal(late.status, 201)
    assert.ok(tookMs >= 290, `took ${tookMs} ms`)
    assert.notEqual(error, undefined)
    assert.deepEqual(await struck(), {latency: 2})
  })

  it('unavailable: 503 with Retry-After and the page of a web server, nothing booked', async () => {
    await sandbox.admin.addFault({kind: 'unavailable', retryAfterSeconds: 7})

    const answer = await book('A')

    assert.deepEqual(
      [answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')],
      [503, '7', 'text/html; charset=utf-8'],
    )
    assert.match(answer.text, /<html>[\s\S]*ICM/)
    assert.equal(await creates('A'), 0)
    assert.equal((await book('A')).status, 201)
  })

  it('throttle: 429 with Retry-After, nothing booked', async () => {
    await sandbox.admin.addFault({kind: 'throttle', retryAfterSeconds: 3})

    const answer = await book('A')

    assert.deepEqual([answer.status, answer.headers.get('retry-after'), await creates('A')], [429, '3', 0])
  })

  it('lock: 400 V1/042, as often as set and for its reference only', async () => {
    await sandbox.admin.addFault({kind: 'lock', reference: 'A', count: 2, user: 'JDOE'})

    const answers = [await book('A'), await book('B'), await book('A'), await book('A')]

    assert.deepEqual(
      answers.map(({status}) => status),
      [400, 201, 400, 201],
    )
    const {error} = json(answers[0] ?? assert.fail())
    assert.deepEqual(
      [error.code, error.message.value],
      ['V1/042', 'Document is currently being processed by user JDOE.'],
    )
    assert.equal(await creates('A'), 1)
  })

  it('business-error: 400 with the code and text chosen', async () => {
    await sandbox.admin.addFault({kind: 'business-error', code: 'SLS_LORD/005', text: 'Document is incomplete.'})

    const answer = await book('A')

    const {code, message, innererror} = json(answer).error
    assert.deepEqual(
      [answer.status, code, message.value, innererror.errordetails[0].code, await creates('A')],
      [400, 'SLS_LORD/005', 'Document is incomplete.', 'SLS_LORD/005', 0],
    )
  })

  it('drop-before-commit and drop-after-commit: the same to the client, but only one has booked', async () => {
    await sandbox.admin.setFaults({
      seed: 1,
      faults: [
        {kind: 'drop-before-commit', reference: 'BEFORE'},
        {kind: 'drop-after-commit', reference: 'AFTER'},
      ],
    })

    const errors = [await brokenBy(book('BEFORE')), await brokenBy(book('AFTER'))]

    assert.deepEqual(errors, ['ECONNRESET', 'ECONNRESET'])
    assert.deepEqual([await creates('BEFORE'), await creates('AFTER')], [0, 1])
    assert.deepEqual(await struck(), {'drop-before-commit': 1, 'drop-after-commit': 1})
  })

  it('truncated-body: books, and cuts the answer in the middle', async () => {
    await sandbox.admin.addFault({kind: 'truncated-body', method: 'POST'})
    const {hostname, port} = new URL(sandbox.erp.url)
    const socket = createConnection(Number(port), hostname)
    const chunks: string[] = []
    socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    const body = JSON.stringify(order('A'))
    const {cookie, 'x-csrf-token': token} = sandbox.client.session

    socket.write(
      [
        `POST ${new URL(sandbox.orders).pathname}/A_SalesOrder HTTP/1.1`,
        'Host: sandbox',
        `Authorization: Basic ${Buffer.from('ERPSYNC:secret').toString('base64')}`,
        `Cookie: ${cookie}`,
        `X-CSRF-Token: ${token}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    )
    await once(socket, 'close', {signal: AbortSignal.timeout(4000)})

    const [head = '', half = ''] = chunks.join('').split('\r\n\r\n')
    const announced = Number(/content-length: (\d+)/i.exec(head)?.[1])
    assert.match(head, /^HTTP\/1\.1 201 /)
    assert.equal(half.length, announced >> 1)
    assert.match(half, /^\{"d":/)
    assert.equal(await creates('A'), 1)
  })

  it('truncated-body: breaks the client that waits for the rest', async () => {
    await sandbox.admin.addFault({kind: 'truncated-body'})

    assert.notEqual(await brokenBy(book('A')), undefined)
    assert.equal(await creates('A'), 1)
  })

  it('hang: never answers, books nothing, and ends with the client', async () => {
    await sandbox.admin.addFault({kind: 'hang'})

    const error = await brokenBy(book('A', 200))

    assert.equal(error, 'TimeoutError')
    assert.deepEqual([await creates('A'), await struck()], [0, {hang: 1}])
  })

  it('hang: ends when the faults are cleared', async () => {
    await sandbox.admin.addFault({kind: 'hang'})

    const broken = brokenBy(book('A', 4000))
    await eventually(async () => (await struck()).hang === 1)
    await sandbox.admin.clearFaults()

    assert.equal(await broken, 'ECONNRESET')
    assert.equal(await creates('A'), 0)
  })

  it('hang: does not keep the server from closing', async () => {
    await sandbox.admin.addFault({kind: 'hang'})
    const broken = brokenBy(book('A', 4000))
    await eventually(async () => (await struck()).hang === 1)

    await sandbox.close()

    assert.notEqual(await broken, undefined)
    sandbox = await setupSandboxErp()
  })

  it('expired-session: asks for a new token, which then books', async () => {
    await sandbox.admin.addFault({kind: 'expired-session'})

    const expired = await book('A')
    const still = await book('A')
    const renewed = await logOn(sandbox.erp)
    const booked = await renewed.send('POST', `${sandbox.orders}/A_SalesOrder`, {body: order('A')})

    assert.deepEqual(
      [expired, still].map(({status, headers}) => [status, headers.get('x-csrf-token')]),
      [
        [403, 'Required'],
        [403, 'Required'],
      ],
    )
    assert.deepEqual([booked.status, await creates('A')], [201, 1])
  })

  it('is not used up by a write that lacks its token', async () => {
    await sandbox.admin.addFault({kind: 'lock'})

    const withoutToken = await sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {
      body: order('A'),
      headers: {'x-csrf-token': 'old'},
    })

    assert.deepEqual([withoutToken.status, (await book('A')).status, (await book('A')).status], [403, 400, 201])
  })

  it('strikes by rate the same requests of every run with the same seed', async () => {
    const run = async (seed: number) => {
      await sandbox.admin.setFaults({seed, faults: [{kind: 'throttle', rate: 0.4}]})
      const statuses: number[] = []
      for (let at = 0; at < 30; at++) statuses.push((await book('A')).status)
      return statuses
    }

    const first = await run(5)

    assert.deepEqual(await run(5), first)
    assert.deepEqual(new Set(first), new Set([201, 429]))
  })
})

/** Waits until a condition holds, asking again at once: each question is a round trip of its own. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(4000)
  while (!(await holds())) deadline.throwIfAborted()
}
