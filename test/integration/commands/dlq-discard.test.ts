import assert from 'node:assert/strict'
import {findDeadWithoutLetter, findHeldForNothing, findLettersWithoutDead} from '#lib/audit/gaps.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {buryAccepted} from '../../support/bury-accepted.js'
import {order, orders} from '../../support/orders.js'
import {openRepairDesk, type RepairDesk} from '../../support/repair-desk.js'

describe('erpsync dlq discard and restore', function () {
  this.timeout(60_000)
  let desk: RepairDesk
  afterEach(async () => desk.close())

  const discard = async (...args: readonly string[]) =>
    desk.erpsync(['dlq', 'discard', '--code', 'test', '--reason', 'load test', ...args])
  const restore = async (...args: readonly string[]) =>
    desk.erpsync(['dlq', 'restore', '--reason', 'was no test', ...args])
  const states = async () => {
    const {rows} = await desk.database.query<{letter: string; message: string}>(
      `select coalesce(l.state, '–') as letter, m.state as message
         from erpsync.message m
         left join erpsync.dead_letter l on l.message_id = m.id
        order by m.seq`,
    )
    return rows.map(({letter, message}) => `${message} ${letter}`)
  }
  const entries = async () => {
    const {rows} = await desk.database.query(
      'select action, operation_id, letter_id, actor, reason, before, after from erpsync.trail order by seq',
    )
    return rows as readonly Record<string, unknown>[]
  }
  const discrepancies = async () => {
    // As if a while had gone by: what has just happened is no discrepancy yet.
    await desk.database.query(`update erpsync.message set accepted_at = accepted_at - interval '1 hour'`)
    await desk.database.query(
      `update erpsync.attempt set started_at = started_at - interval '1 hour', ended_at = ended_at - interval '1 hour'`,
    )
    await desk.database.query(`update erpsync.dead_letter set archived_at = archived_at - interval '1 hour'`)
    return [
      ...(await findDeadWithoutLetter(desk.database, 'sales-order', 0)),
      ...(await findLettersWithoutDead(desk.database, ['sales-order'])),
      ...(await findHeldForNothing(desk.database, ['sales-order'])),
    ]
  }

  describe('in a flow without an order', () => {
    beforeEach(async () => {
      desk = await openRepairDesk()
    })

    it('sets aside what a query means, each on the trail, and takes it back', async () => {
      const letters = await desk.die([...orders('TEST', 3), order('REAL-1')])

      const discarded = await discard('-q', 'key:TEST-*', '--json')
      const after = await states()
      const restored = await restore('-q', 'key:TEST-*', '--json')

      const result = JSON.parse(discarded.stdout) as Record<string, unknown>
      assert.equal(discarded.code, exitCodes.ok)
      assert.match(discarded.stderr, /Letters: key:TEST-\* state:open/)
      assert.deepEqual([result.code, result.letters, result.done, result.refused], ['test', 3, letters.slice(0, 3), []])
      assert.deepEqual(after, [...Array<string>(3).fill('discarded discarded'), 'dead open'])
      assert.equal(restored.code, exitCodes.ok)
      assert.deepEqual(await states(), Array<string>(4).fill('dead open'))
      assert.deepEqual(await discrepancies(), [])
      const trail = await entries()
      assert.deepEqual(
        trail.map(({action, letter_id}) => [action, letter_id]),
        [
          ...letters.slice(0, 3).map((id) => ['dlq.discard', id]),
          ...letters.slice(0, 3).map((id) => ['dlq.restore', id]),
        ],
      )
      assert.deepEqual(trail[0], {
        action: 'dlq.discard',
        operation_id: result.operationId,
        letter_id: letters[0],
        actor: 'ada',
        reason: 'load test',
        before: {state: 'open'},
        after: {state: 'discarded', code: 'test'},
      })
    })

    it('leaves the ledger without discrepancies, and the letter with who, why and when', async () => {
      const [letter = ''] = await desk.die([order('TEST-1')])

      await discard(letter)

      assert.deepEqual(await discrepancies(), [])
      const {rows} = await desk.database.query(
        `select discard_code, discarded_by, discard_reason, discarded_at is not null as dated
           from erpsync.dead_letter`,
      )
      assert.deepEqual(rows, [{discard_code: 'test', discarded_by: 'ada', discard_reason: 'load test', dated: true}])
    })

    it('names what it does not know and what is not open any more (exit 3)', async () => {
      const [letter = ''] = await desk.die([order('TEST-1')])
      await discard(letter)

      const again = await discard(letter, '019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11', '--json')

      assert.equal(again.code, exitCodes.someFailed)
      assert.deepEqual((JSON.parse(again.stdout) as {refused: unknown}).refused, [
        {letterId: '019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11', why: 'there is no such letter'},
        {letterId: letter, why: 'is discarded, not open'},
      ])
    })

    it('asks for more than ten, and changes nothing where there is nobody to ask (exit 2)', async () => {
      await desk.die(orders('TEST', 11))

      const asked = await discard('-q', 'key:TEST-*')
      const miscounted = await discard('-q', 'key:TEST-*', '--confirm', '12')
      const before = await states()
      const agreed = await discard('-q', 'key:TEST-*', '--confirm', '11')

      assert.deepEqual([asked.code, miscounted.code, agreed.code], [exitCodes.usage, exitCodes.conflict, exitCodes.ok])
      assert.deepEqual(before, Array<string>(11).fill('dead open'))
      assert.deepEqual(await states(), Array<string>(11).fill('discarded discarded'))
    })

    it('discards what never became a message, and takes it back', async () => {
      await desk.database.query(
        `insert into erpsync.dead_letter
                (id, flow, attempt, class, executed, code, text, stage, raw, raw_hash, died_at)
         values (gen_random_uuid(), 'sales-order', 0, 'permanent', 'no', 'intake:refused', '', 'map', '{', 'h', now())`,
      )
      const stateOf = async () => (await desk.database.query('select state from erpsync.dead_letter')).rows

      await discard('-q', 'code:intake:refused')
      const discarded = await stateOf()
      await restore('-q', 'code:intake:refused')

      assert.deepEqual([discarded, await stateOf()], [[{state: 'discarded'}], [{state: 'open'}]])
    })
  })

  describe('in a strict flow', () => {
    beforeEach(async () => {
      desk = await openRepairDesk('strict')
    })

    it('lets the later messages of the key go on, and does not put it before them again', async () => {
      const [first = '', second = ''] = await desk.push(order('SO-1'), order('SO-1', {revision: 2}))
      const [letter = ''] = await buryAccepted(desk.database, [first])
      assert.deepEqual(await states(), ['dead open', 'held –'])

      const discarded = await discard(letter, '--json')
      const restored = await restore(letter, '--json')

      assert.equal((JSON.parse(discarded.stdout) as {released: number}).released, 1)
      assert.deepEqual(await desk.copiesOf(second), [{lane: 'work', attempt: 1}])
      assert.equal(restored.code, exitCodes.someFailed)
      assert.deepEqual((JSON.parse(restored.stdout) as {refused: unknown}).refused, [
        {letterId: letter, why: `a newer version of its key has gone on (message ${second})`},
      ])
      assert.deepEqual(await states(), ['discarded discarded', 'accepted –'])
      assert.deepEqual(await discrepancies(), [])
    })

    it('holds the key again with what is restored before anything went on', async () => {
      const [letter = ''] = await desk.die([order('SO-2')])
      await discard(letter)
      await restore(letter)

      const [second = ''] = await desk.push(order('SO-2', {revision: 2}))

      assert.equal(await desk.stateOf(second), 'held')
      assert.deepEqual(await discrepancies(), [])
    })
  })

  describe('in a flow of states', () => {
    it('does not bring an older version back behind a newer one', async () => {
      desk = await openRepairDesk('latest')
      const [letter = ''] = await desk.die([order('BP-1')])
      await discard(letter)
      const [newer = ''] = await desk.push(order('BP-1', {revision: 2}))

      const restored = await restore(letter, '--json')

      assert.equal(restored.code, exitCodes.someFailed)
      assert.match(restored.stdout, new RegExp(`a newer version of its key has gone on \\(message ${newer}\\)`))
      assert.deepEqual(await states(), ['discarded discarded', 'accepted –'])
    })
  })
})
