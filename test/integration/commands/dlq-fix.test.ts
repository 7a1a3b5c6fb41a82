import assert from 'node:assert/strict'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {order, orders} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

describe('erpsync dlq fix', function () {
  this.timeout(60_000)
  let desk: RepairDesk
  beforeEach(async () => {
    desk = await openRepairDesk()
  })
  afterEach(async () => desk.close())

  const fix = async (...args: readonly string[]) => desk.erpsync(['dlq', 'fix', ...args])
  const wrong = (prefix: string, count: number) => orders(prefix, count).map((one) => ({...one, customerId: 'NOBODY'}))
  const customers = async () => {
    const {rows} = await desk.database.query<{customer: string; revision: number}>(
      `select payload->>'customerId' as customer, revision from erpsync.message order by seq`,
    )
    return rows.map(({customer, revision}) => `${customer} ${revision}`)
  }
  const replaceCustomer = [
    {op: 'test', path: '/customerId', value: 'NOBODY'},
    {op: 'replace', path: '/customerId', value: 'USCU_S01'},
  ]

  it('only tries without --apply: shows some, counts all, and writes nothing', async () => {
    await desk.die([...wrong('FIX', 4), order('FIX-GOOD')])
    const patch = await desk.file('fix.json', [{op: 'replace', path: '/customerId', value: 'USCU_S01'}])

    const {code, stdout, stderr} = await fix('-q', 'flow:sales-order', '--patch', patch, '--samples', '2')

    assert.equal(code, exitCodes.ok, stderr)
    assert.equal(stdout.match(/- \/customerId "NOBODY"\n\+ \/customerId "USCU_S01"/g)?.length, 2)
    assert.match(stdout, /5 letters: 4 would change, 1 unchanged, 0 refused\./)
    assert.match(stderr, /Letters: flow:sales-order state:open/)
    assert.deepEqual(await customers(), [...Array<string>(4).fill('NOBODY 0'), 'USCU_S01 0'])
  })

  it('corrects all that it can, and names the others with the reason (exit 3)', async () => {
    const letters = await desk.die([...wrong('FIX', 3), order('FIX-GOOD')])
    const patch = await desk.file('fix.json', replaceCustomer)

    const why = ['--reason', 'moved', '--ticket', 'INC-1']
    const {code, stdout} = await fix('-q', 'flow:sales-order', '--patch', patch, '--apply', ...why, '--json')

    assert.equal(code, exitCodes.someFailed)
    const result = JSON.parse(stdout) as {refused: unknown; patch: string; applied: {operationId: string}}
    assert.deepEqual(result.refused, [
      {letterId: letters[3], why: 'operation 1 (test /customerId): the value there is another one'},
    ])
    assert.deepEqual(result.applied, {operationId: result.applied.operationId, fixed: 3, refused: [], left: 0})
    assert.deepEqual(await customers(), [...Array<string>(3).fill('USCU_S01 1'), 'USCU_S01 0'])
    const {rows} = await desk.database.query(
      'select action, operation_id, reason, ticket, before, after from erpsync.trail order by seq',
    )
    const common = {operation_id: result.applied.operationId, reason: 'moved', ticket: 'INC-1'}
    const before = {query: 'flow:sales-order state:open', patch: result.patch, letters: 3}
    assert.deepEqual(rows, [
      {...common, action: 'dlq.fix', before, after: null},
      {...common, action: 'dlq.fixed', before, after: {fixed: 3, refused: 0}},
    ])
    const revisions = await desk.database.query(
      'select made_by, reason, operation_id, patch from erpsync.payload_revision where number = 1 limit 1',
    )
    assert.deepEqual(revisions.rows, [
      {
        made_by: 'ada',
        reason: 'moved',
        operation_id: result.applied.operationId,
        patch: [{op: 'replace', path: '/customerId', value: 'USCU_S01'}],
      },
    ])
  })

  it('takes a JSONata expression for what a patch cannot say', async () => {
    await desk.die(wrong('FIX', 2))
    const patch = await desk.file('fix.jsonata', '$merge([$, {"customerId": shop = "us" ? "USCU_S02" : "17100003"}])')

    const {code, stderr} = await fix('-q', 'key:FIX-*', '--patch', patch, '--apply', '--reason', 'by shop')

    assert.equal(code, exitCodes.ok, stderr)
    assert.deepEqual(await customers(), ['USCU_S02 1', 'USCU_S02 1'])
  })

  it('changes nothing that the schema or the identity of the message is against (exit 65)', async () => {
    await desk.die(wrong('FIX', 2))
    const patch = await desk.file('fix.json', [
      {op: 'replace', path: '/orderId', value: 'SAME'},
      {op: 'replace', path: '/currency', value: 'USD'},
    ])
    const unfit = await desk.file('unfit.json', [{op: 'remove', path: '/items'}])

    const identity = await fix('-q', 'key:FIX-*', '--patch', patch, '--apply', '--reason', 'x')
    const schema = await fix('-q', 'key:FIX-*', '--patch', unfit, '--apply', '--reason', 'x')

    assert.deepEqual([identity.code, schema.code], [exitCodes.badInput, exitCodes.badInput])
    assert.match(identity.stdout, /key must stay FIX-1, and would become SAME/)
    assert.match(schema.stdout, /2: \/items is missing/)
    assert.deepEqual(await customers(), ['NOBODY 0', 'NOBODY 0'])
  })

  it('asks for more than ten, and needs a reason (exit 2)', async () => {
    await desk.die(wrong('FIX', 11))
    const patch = await desk.file('fix.json', replaceCustomer)
    const args = ['-q', 'key:FIX-*', '--patch', patch, '--apply'] as const

    const unasked = await fix(...args, '--reason', 'moved')
    const unreasoned = await fix(...args, '--yes')
    const agreed = await fix(...args, '--reason', 'moved', '--confirm', '11')

    assert.deepEqual([unasked.code, unreasoned.code, agreed.code], [exitCodes.usage, exitCodes.usage, exitCodes.ok])
    assert.deepEqual(await customers(), Array<string>(11).fill('USCU_S01 1'))
  })

  it('refuses a file that is no patch, with the operation that is none (65), and one that is not there (66)', async () => {
    const patch = await desk.file('fix.json', [
      {op: 'replace', path: '/a', value: 1},
      {op: 'swap', path: '/a'},
    ])

    const invalid = await fix('-q', 'key:FIX-*', '--patch', patch)
    const missing = await fix('-q', 'key:FIX-*', '--patch', 'none.json')

    assert.deepEqual([invalid.code, missing.code], [exitCodes.badInput, exitCodes.missingInput])
    assert.match(invalid.stderr, /is no JSON Patch \(RFC 6902\): operation 2/)
  })
})
