import assert from 'node:assert/strict'
import {authorization, json, logOn, order, send, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

describe('the sandbox ERP as a gateway', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  it('answers 401 to a wrong password and to none', async () => {
    const wrong = `Basic ${Buffer.from('ERPSYNC:wrong').toString('base64')}`

    for (const headers of [{authorization: wrong}, {authorization: ''}]) {
      const answer = await send('GET', `${sandbox.orders}/A_SalesOrder`, {headers})

      assert.deepEqual([answer.status, answer.headers.get('www-authenticate')?.split(' ')[0]], [401, 'Basic'])
      assert.doesNotMatch(answer.text, /</)
    }
    assert.equal(
      (await send('GET', `${sandbox.erp.url}/__sandbox/stats`, {headers: {authorization: wrong}})).status,
      401,
    )
  })

  it('gives token and cookies on GET and HEAD of any service', async () => {
    for (const address of [`${sandbox.orders}/`, `${sandbox.partners}/A_BusinessPartner?$top=1`, `${sandbox.v4}/`]) {
      for (const method of ['GET', 'HEAD']) {
        const {status, headers, text} = await send(method, address, {headers: {'x-csrf-token': 'fetch'}})

        assert.equal(status, 200)
        assert.match(headers.get('x-csrf-token') ?? '', /^.{20,}$/)
        assert.equal(headers.getSetCookie().length, 2)
        assert.equal(text === '', method === 'HEAD')
      }
    }
  })

  it('keeps token and session for a client that fetches again, and gives none with an error', async () => {
    const again = await sandbox.client.send('GET', `${sandbox.orders}/`, {headers: {'x-csrf-token': 'Fetch'}})
    const failed = await send('GET', `${sandbox.orders}/Nothing`, {headers: {'x-csrf-token': 'Fetch'}})

    assert.equal(again.headers.get('x-csrf-token'), sandbox.client.session['x-csrf-token'])
    assert.deepEqual([failed.status, failed.headers.get('x-csrf-token')], [404, null])
  })

  it('refuses a write without token, with a wrong one, without its cookie and with the token of another', async () => {
    const other = await logOn(sandbox.erp)
    const {cookie = '', 'x-csrf-token': token = ''} = sandbox.client.session
    const attempts = [
      {cookie},
      {cookie, 'x-csrf-token': 'wrong'},
      {'x-csrf-token': token},
      {cookie, 'x-csrf-token': other.session['x-csrf-token'] ?? ''},
    ]

    for (const headers of attempts) {
      const answer = await send('POST', `${sandbox.orders}/A_SalesOrder`, {headers, body: order('A')})

      assert.deepEqual([answer.status, answer.headers.get('x-csrf-token')], [403, 'Required'])
    }
    assert.deepEqual(await sandbox.admin.effectOf('A'), {creates: 0, changes: 0, documents: []})
  })

  it('answers 404 with an OData error to a service there is not', async () => {
    const v2 = await sandbox.client.send('GET', `${sandbox.erp.baseUrl}/API_NOTHING/A_Nothing`)
    const v4 = await sandbox.client.send('GET', `${sandbox.erp.url}/sap/opu/odata4/sap/nothing/0001/Nothing`)

    assert.deepEqual(
      [v2.status, typeof json(v2).error.message.value, v4.status, typeof json(v4).error.message],
      [404, 'string', 404, 'string'],
    )
  })

  it('answers 413 to a body beyond all measure and lives on', async () => {
    const answer = await send('POST', `${sandbox.orders}/A_SalesOrder`, {body: 'x'.repeat(33 * 1024 * 1024)})

    assert.equal(answer.status, 413)
    assert.equal((await send('GET', `${sandbox.orders}/`, {headers: {authorization}})).status, 200)
  })
})
