import assert from 'node:assert/strict'
import {sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {json, order, send, type Setup, setupSandboxErp} from '../../../support/sandbox-erp.js'

describe('the admin endpoints', () => {
  let sandbox: Setup
  beforeEach(async () => {
    sandbox = await setupSandboxErp()
  })
  afterEach(() => sandbox.close())

  const admin = (method: string, path: string, body?: unknown) =>
    send(method, `${sandbox.erp.url}/__sandbox/${path}`, {body})
  const book = (reference: string) =>
    sandbox.client.send('POST', `${sandbox.orders}/A_SalesOrder`, {body: order(reference)})

  it('list the faults with their hits, and clear them', async () => {
    await admin('POST', 'faults', {kind: 'unavailable', reference: 'A', rate: 1})
    await book('A')

    const listed = json(await admin('GET', 'faults'))
    const cleared = json(await admin('DELETE', 'faults'))

    assert.deepEqual(listed, {
      faults: [{kind: 'unavailable', retryAfterSeconds: 2, reference: 'A', rate: 1, id: 1, hits: 1}],
    })
    assert.deepEqual(cleared, {faults: []})
    assert.equal((await book('A')).status, 201)
  })

  it('replace all faults with a schedule', async () => {
    await sandbox.admin.addFault({kind: 'hang', rate: 1})

    await sandbox.admin.setFaults({seed: 3, faults: [{kind: 'throttle'}]})

    assert.deepEqual([(await book('A')).status, (await book('A')).status], [429, 201])
  })

  it('tell the effects of one reference and of all', async () => {
    await book('A')
    await book('A')
    await book('B')

    assert.deepEqual(
      await sandbox.admin.effects(),
      new Map([
        ['A', {creates: 2, changes: 0, documents: ['1', '2']}],
        ['B', {creates: 1, changes: 0, documents: ['3']}],
      ]),
    )
    assert.deepEqual(await sandbox.admin.effectOf('B'), {creates: 1, changes: 0, documents: ['3']})
    assert.deepEqual(await sandbox.admin.effectOf('C'), {creates: 0, changes: 0, documents: []})
  })

  it('tell what a business partner was called after each booking', async () => {
    const create = (BusinessPartner: string, OrganizationBPName1: string) =>
      sandbox.client.send('POST', `${sandbox.partners}/A_BusinessPartner`, {
        body: {BusinessPartner, OrganizationBPName1},
      })
    await create('B1', 'One')
    await create('B1', 'Two')

    assert.deepEqual(await sandbox.admin.names(), new Map([['B1', ['One']]]))
  })

  it('count requests, effects and faults, and forget them all on reset', async () => {
    await sandbox.admin.addFault({kind: 'lock'})
    await book('A')
    await book('A')
    const stats = await sandbox.admin.stats()

    await sandbox.admin.addFault({kind: 'hang', rate: 1})
    await sandbox.admin.reset()

    const nothing = {requests: 0, mostAtOnce: 0, effects: {creates: 0, changes: 0}, faults: {}}
    assert.deepEqual(stats, {requests: 3, mostAtOnce: 1, effects: {creates: 1, changes: 0}, faults: {lock: 1}})
    assert.deepEqual(await sandbox.admin.stats(), nothing)
    assert.equal(json(await book('A')).d.SalesOrder, '1')
  })

  it('answer 404 to what they do not know', async () => {
    assert.deepEqual([(await admin('GET', 'nothing')).status, (await admin('PUT', 'faults', {})).status], [404, 404])
  })

  const refusals: readonly [string, string, unknown, string][] = [
    ['faults', 'an unknown kind', {kind: 'earthquake'}, 'kind'],
    ['faults', 'no kind', {}, 'kind'],
    ['faults', 'an unknown field', {kind: 'hang', speed: 1}, 'body'],
    ['faults', 'a latency without ms', {kind: 'latency'}, 'ms'],
    ['faults', 'a rate above one', {kind: 'hang', rate: 2}, 'rate'],
    ['faults', 'a count of none', {kind: 'hang', count: 0}, 'count'],
    ['faults', 'a broken expression', {kind: 'hang', path: '('}, 'path'],
    ['faults', 'a code without number', {kind: 'business-error', code: 'V1', text: 'x'}, 'code'],
    ['faults', 'what is no JSON', '{', 'body'],
    ['schedule', 'a schedule without faults', {seed: 1}, 'faults'],
    ['schedule', 'a bad fault in it', {seed: 1, faults: [{kind: 'hang'}, {kind: 'hang', rate: -1}]}, 'faults.1.rate'],
  ]
  for (const [path, what, body, field] of refusals) {
    it(`answer 400 to ${what} and name ${field}`, async () => {
      const answer = await admin('POST', path, body)

      assert.deepEqual([answer.status, json(answer).error.problems[0].field], [400, field])
      assert.deepEqual(json(await admin('GET', 'faults')), {faults: []})
    })
  }

  it('change and delete orders and partners behind the back of everybody, and count no effect', async () => {
    await book('A')
    await book('B')
    await sandbox.admin.changeOrder('A', {
      header: {SoldToParty: 'USCU_S02', RequestedDeliveryDate: '2027-01-01'},
      items: {'10': {RequestedQuantity: 99}, '90': {Material: 'TG14', RequestedQuantity: '1'}},
    })
    await sandbox.admin.deleteOrder('B')
    await sandbox.admin.changePartner('USCU_S01', {SearchTerm1: 'GONE'})

    const {status, text} = await sandbox.client.send(
      'GET',
      `${sandbox.orders}/A_SalesOrder?$expand=to_Item&$select=PurchaseOrderByCustomer,SoldToParty,to_Item/RequestedQuantity`,
    )
    const {results} = JSON.parse(text).d
    assert.equal(status, 200)
    assert.deepEqual(
      results.map((found: Record<string, unknown>) => [found.PurchaseOrderByCustomer, found.SoldToParty]),
      [['A', 'USCU_S02']],
    )
    const quantities = results[0].to_Item.results.map((item: {RequestedQuantity: string}) => item.RequestedQuantity)
    assert.ok(quantities.includes('99.000') && quantities.includes('1.000'), quantities.join())
    assert.deepEqual((await sandbox.admin.stats()).effects, {creates: 2, changes: 0})
    const refused = await admin('PATCH', 'orders?reference=A', {header: {Colour: 'red'}})
    assert.deepEqual([refused.status, /no field Colour/.test(refused.text)], [400, true])
    assert.equal((await admin('DELETE', 'orders?reference=B')).status, 404)
  })
})

describe('sandboxAdmin', () => {
  it('says what to type when there is no sandbox', async () => {
    const sandbox = await setupSandboxErp()
    await sandbox.close()

    await assert.rejects(sandboxAdmin({url: sandbox.erp.url, user: 'ERPSYNC', password: 'secret'}).stats(), {
      code: 'sandbox_unreachable',
      exitCode: 69,
      hint: 'Start it with: erpsync sandbox erp',
    })
  })

  it('tells a wrong password from a bad request', async () => {
    const sandbox = await setupSandboxErp()
    const stranger = sandboxAdmin({url: sandbox.erp.url, user: 'ERPSYNC', password: 'wrong'})

    await assert.rejects(stranger.stats(), {code: 'sandbox_refused', exitCode: 77})
    await assert.rejects(sandbox.admin.addFault({kind: 'latency', ms: -1}), {code: 'sandbox_refused', exitCode: 65})
    await sandbox.close()
  })
})
