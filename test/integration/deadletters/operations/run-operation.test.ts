import assert from 'node:assert/strict'
import {cancelOperation, pauseOperation} from '#lib/deadletters/operations/halt.js'
import {judgeUnattended} from '#lib/deadletters/operations/finish.js'
import type {Guards} from '#lib/metering/guards.js'
import {findOperation, type Operation} from '#lib/deadletters/operations/operation.js'
import {resumeOperation, retryFailed} from '#lib/deadletters/operations/resume.js'
import {type Ended, runOperation} from '#lib/deadletters/operations/run-operation.js'
import {type Lease, startOperation} from '#lib/deadletters/operations/start.js'
import {bury} from '../../../support/bury.js'
import {eventually} from '../../../support/eventually.js'
import {failure} from '../../../support/failure.js'
import {openLedger, type TestLedger} from '../../../support/ledger.js'
import {ada} from '../../../support/operator.js'
import {type Order, orders} from '../../../support/orders.js'
import {begin, lease, plan, replay} from '../../../support/replay.js'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import {newId} from '#lib/kernel/ids.js'

/** What SAP does with one message; `silence` leaves it on its way. */
type Fate = 'books' | 'refuses' | 'refuses otherwise' | 'silence'

describe('runOperation', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  beforeEach(async () => {
    await ledger.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.dead_letter_group, erpsync.operation cascade',
    )
  })
  after(async () => ledger.close())

  const keyed = (document: Order): string => String(document.orderId).split('-')[0] ?? ''
  const run = async (
    {id}: Pick<Operation, 'id'>,
    held: Lease,
    {signal = new AbortController().signal, timeoutMs = 5000} = {},
  ): Promise<Ended> =>
    runOperation(ledger.database, id, {
      lease: held,
      operator: ada,
      destinations: new Map([['sales-order', 's4']]),
      timeoutMs,
      signal,
      onProgress: () => {},
    })
  const items = async (): Promise<readonly (readonly [key: string, state: string, why: string | null])[]> => {
    const {rows} = await ledger.database.query<{name: string; state: string; why: string | null}>(
      `select m.payload ->> 'orderId' as name, i.state, i.why
         from erpsync.operation_item i join erpsync.message m on m.id = i.message_id
        order by i.operation_id, i.position`,
    )
    return rows.map(({name, state, why}) => [name, state, why])
  }

  /** Relay, broker, worker and archiver in one: tells the fate of each message that is sent, in the order of the outbox. */
  const serve = (fateOf: (name: string, attempt: number) => Fate) => {
    const stopping = new AbortController()
    const sent: string[] = []
    let most = 0
    const serving = (async () => {
      while (!stopping.signal.aborted) {
        const {rows} = await ledger.database.query<{id: string; message_id: string; attempt: number; name: string}>(
          `select o.id, o.message_id, o.attempt, m.payload ->> 'orderId' as name
             from erpsync.outbox o join erpsync.message m on m.id = o.message_id
            where o.published_at is null
            order by o.id`,
        )
        most = Math.max(most, rows.length)
        for (const copy of rows) await tell(copy, fateOf(copy.name, copy.attempt), sent)
        await new Promise((done) => setTimeout(done, 5))
      }
    })()
    return {
      sent,
      most: () => most,
      stop: async () => {
        stopping.abort()
        await serving
      },
    }
  }
  const tell = async (
    {id, message_id: messageId, attempt, name}: {id: string; message_id: string; attempt: number; name: string},
    fate: Fate,
    sent: string[],
  ): Promise<void> => {
    await ledger.database.query('update erpsync.outbox set published_at = now() where id = $1', [id])
    sent.push(name)
    await ledger.claim(messageId, attempt)
    switch (fate) {
      case 'books':
        await ledger.settle({kind: 'synced', messageId, attempt, documentNumber: '1'})
        return
      case 'refuses':
      case 'refuses otherwise': {
        const code = fate === 'refuses' ? 'sap:VP/204' : 'sap:V1/302'
        await ledger.settle({kind: 'dead', messageId, attempt, failure: failure({class: 'permanent', code})})
        await archive(messageId, attempt, code)
        return
      }
      case 'silence':
    }
  }
  const archive = async (messageId: string, attempt: number, code: string) =>
    ledger.database.transaction(async (tx) =>
      insertLetters(
        tx,
        [
          {
            id: newId(),
            flow: 'sales-order',
            messageId,
            attempt,
            class: 'permanent',
            executed: 'no',
            code,
            text: 'Customer does not exist',
            stage: 'call',
            headers: {},
            raw: Buffer.alloc(0),
            rawHash: Buffer.alloc(0),
            diedAt: new Date(),
          },
        ],
        [],
      ),
    )
  /** Begins a replay of all letters, and serves it until it ends. */
  const replayed = async (guards: Partial<Guards>, fateOf: (name: string, attempt: number) => Fate) => {
    const held = lease()
    const operation = await begin(ledger.database, {kind: 'all'}, guards, held)
    const sap = serve(fateOf)
    const ended = await run(operation, held)
    await sap.stop()
    return {...ended, sap}
  }
  const countsOf = ({counts}: Operation) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))

  describe('judges by outcome', () => {
    it('tells what was resolved from what died again, and of the same cause from another', async () => {
      await bury(ledger.database, orders('OUTCOME', 4))

      const {end, operation} = await replayed({}, (name) =>
        name === 'OUTCOME-1' ? 'refuses' : name === 'OUTCOME-2' ? 'refuses otherwise' : 'books',
      )

      assert.equal(end, 'finished')
      assert.deepEqual(countsOf(operation), {letters: 4, resolved: 2, failedSame: 1, failedNew: 1})
      assert.deepEqual(await items(), [
        ['OUTCOME-1', 'failed_same', 'sap:VP/204'],
        ['OUTCOME-2', 'failed_new', 'sap:V1/302'],
        ['OUTCOME-3', 'resolved', null],
        ['OUTCOME-4', 'resolved', null],
      ])
    })

    it('takes a cause for the same that older rules told, or that was put into its group meanwhile', async () => {
      const [first, second] = await bury(ledger.database, orders('REGROUPED', 2))
      const {rows} = await ledger.database.query<{id: string}>(
        `with old as (
           insert into erpsync.dead_letter_group
                  (id, version, flow, stage, class, code, template, sample, first_seen, last_seen)
           select 'F-AAAAAAA', 0, flow, stage, class, code, '', '', now(), now() from erpsync.dead_letter_group
         )
         select id from erpsync.dead_letter_group`,
      )
      const move = async (letterIds: readonly (string | undefined)[], group: string | undefined) =>
        ledger.database.query('update erpsync.dead_letter set group_id = $2 where id = any ($1::uuid[])', [
          letterIds,
          group,
        ])
      await move([first?.letterId, second?.letterId], 'F-AAAAAAA')
      const held = lease()
      const operation = await begin(ledger.database, {kind: 'all'}, {}, held)
      await move([second?.letterId], rows[0]?.id)
      const sap = serve(() => 'refuses')

      const ended = await run(operation, held)
      await sap.stop()

      assert.deepEqual(countsOf(ended.operation), {letters: 2, failedSame: 2})
    })

    it('keeps letters of one key in their order, one at a time', async () => {
      const names = ['A-1', 'B-1', 'A-2', 'A-3', 'B-2'].map((orderId) => ({...orders('X', 1)[0], orderId, revision: 1}))
      await bury(ledger.database, names, {key: keyed})
      const under = new Map<string, number>()

      const {sap, operation} = await replayed({}, (name) => {
        const key = name.charAt(0)
        under.set(key, (under.get(key) ?? 0) + 1)
        return 'books'
      })

      assert.equal(operation.counts.resolved, 5)
      assert.deepEqual(
        ['A', 'B'].map((key) => sap.sent.filter((name) => name.startsWith(key))),
        [
          ['A-1', 'A-2', 'A-3'],
          ['B-1', 'B-2'],
        ],
      )
      assert.equal(sap.most(), 2)
    })

    it('sends nothing of a strict key behind what died again, and ends', async () => {
      const names = ['S-1', 'S-2', 'T-1'].map((orderId) => ({...orders('X', 1)[0], orderId, revision: 1}))
      await bury(ledger.database, names, {key: keyed, ordering: 'strict'})

      const {end} = await replayed({}, (name) => (name === 'S-1' ? 'refuses' : 'books'))

      assert.equal(end, 'finished')
      assert.deepEqual(await items(), [
        ['S-1', 'failed_same', 'sap:VP/204'],
        ['S-2', 'skipped', 'an earlier message of its key died again'],
        ['T-1', 'resolved', null],
      ])
    })
  })

  describe('keeps to its guards', () => {
    it('has no more on their way at once than it may', async () => {
      await bury(ledger.database, orders('FEW', 12))

      const {operation, sap} = await replayed({maxInFlight: 3}, () => 'books')

      assert.equal(operation.counts.resolved, 12)
      assert.ok(sap.most() <= 3, String(sap.most()))
    })

    it('keeps to its rate', async () => {
      await bury(ledger.database, orders('RATE', 12))
      const begun = performance.now()

      await replayed({ratePerS: 10}, () => 'books')

      assert.ok(performance.now() - begun > 1000, `${performance.now() - begun} ms`)
    })

    it('stops when the canary has no outcome in time, and leaves the rest alone', async () => {
      await bury(ledger.database, orders('LATE', 10))
      const held = lease()
      const operation = await begin(ledger.database, {kind: 'all'}, {canary: 2, canaryWaitMs: 200}, held)
      const sap = serve((name) => (name === 'LATE-1' ? 'silence' : 'books'))

      const ended = await run(operation, held, {timeoutMs: 1000})
      await sap.stop()

      assert.deepEqual([ended.end, ended.operation.why], ['stopped', 'canary: 1 of 2 had no outcome within 0.2 s'])
      assert.deepEqual(countsOf(ended.operation), {letters: 10, pending: 8, sent: 1, resolved: 1})
    })

    it('stops after failures in a row, having sent little', async () => {
      await bury(ledger.database, orders('ROW', 50))

      const {end, operation} = await replayed({maxInFlight: 1, stopOn: [{kind: 'consecutive', count: 3}]}, (name) =>
        name === 'ROW-1' ? 'books' : 'refuses',
      )

      assert.deepEqual([end, operation.why], ['stopped', '3 in a row died again'])
      assert.deepEqual(countsOf(operation), {letters: 50, pending: 46, resolved: 1, failedSame: 3})
    })

    it('stops when a letter dies for another reason than before', async () => {
      await bury(ledger.database, orders('OTHER', 20))

      const {end, operation} = await replayed({maxInFlight: 1, stopOn: [{kind: 'new_group'}]}, (name) =>
        name === 'OTHER-2' ? 'refuses otherwise' : 'refuses',
      )

      assert.deepEqual([end, countsOf(operation)], ['stopped', {letters: 20, pending: 18, failedSame: 1, failedNew: 1}])
    })

    it('stops when the breaker of its destination is not closed, before anything is sent', async () => {
      await bury(ledger.database, orders('AWAY', 3))
      await ledger.database.query(
        `insert into erpsync.destination (name, breaker, failures, last_failed_at, last_failure, opened_at, probe_at)
         values ('s4', 'open', 5, now(), 'net:ECONNREFUSED', now(), now())`,
      )

      const {end, operation, sap} = await replayed({stopOn: [{kind: 'erp_slow'}]}, () => 'books')
      await ledger.database.query('delete from erpsync.destination')

      assert.deepEqual([end, operation.why, sap.sent], ['stopped', 'the breaker of s4 is open', []])
    })
  })

  describe('is steered', () => {
    it('pauses by its signal when what is on its way has its outcome', async () => {
      await bury(ledger.database, orders('SIGNAL', 20))
      const held = lease()
      const operation = await begin(ledger.database, {kind: 'all'}, {ratePerS: 20}, held)
      const stopping = new AbortController()
      const sap = serve(() => 'books')
      const running = run(operation, held, {signal: stopping.signal})
      await eventually(() => sap.sent.length >= 3)

      stopping.abort()
      const ended = await running
      await sap.stop()

      assert.deepEqual([ended.end, ended.operation.state, ended.operation.owner], ['interrupted', 'paused', null])
      assert.equal(ended.operation.counts.sent, 0)
      assert.equal(ended.operation.counts.resolved + ended.operation.counts.pending, 20)
    })

    it('hears within a second that somebody else paused or cancelled it', async () => {
      for (const halt of [pauseOperation, cancelOperation]) {
        await bury(ledger.database, orders(halt.name, 20))
        const held = lease()
        const operation = await begin(ledger.database, {kind: 'all'}, {ratePerS: 1}, held)
        const sap = serve(() => 'books')
        const running = run(operation, held)
        await eventually(() => sap.sent.length > 0)

        await halt(ledger.database, operation.id, 'enough', {...ada, actor: 'bob'})
        const since = performance.now()
        const ended = await running
        await sap.stop()

        assert.ok(performance.now() - since < 1000)
        assert.deepEqual([ended.operation.changedBy, ended.operation.why], ['bob', 'enough'])
        assert.equal(ended.end, halt === pauseOperation ? 'paused' : 'cancelled')
        await cancelOperation(ledger.database, operation.id, 'over', ada)
      }
    })

    it('gives up the wait when nothing has an outcome, and can be gone on with', async () => {
      await bury(ledger.database, orders('SILENT', 3))
      const held = lease()
      const operation = await begin(ledger.database, {kind: 'all'}, {maxInFlight: 2}, held)
      const sap = serve(() => 'silence')

      const ended = await run(operation, held, {timeoutMs: 300})
      await sap.stop()

      assert.deepEqual([ended.end, ended.operation.state], ['overdue', 'paused'])
      assert.deepEqual(countsOf(ended.operation), {letters: 3, pending: 1, sent: 2})
    })

    it('is taken over only once its lease has run out, and its first owner notices', async () => {
      await bury(ledger.database, orders('LEASE', 2))
      const first = lease(400)
      const operation = await begin(ledger.database, {kind: 'all'}, {maxInFlight: 1}, first)

      const refused = await resumeOperation(ledger.database, operation.id, lease(), {...ada, actor: 'bob'})
      await eventually(async () => (await findOperation(ledger.database, operation.id))?.owner === null)
      const second = lease()
      const taken = await resumeOperation(ledger.database, operation.id, second, {...ada, actor: 'bob'})
      const ended = await run(operation, first)

      assert.ok(refused.kind === 'owned')
      assert.deepEqual([refused.owner, taken], [first.owner, {kind: 'resumed', again: 0}])
      assert.equal(ended.end, 'taken_over')
      assert.equal((await findOperation(ledger.database, operation.id))?.owner, second.owner)
    })
  })

  describe('goes on', () => {
    it('sends what failed at the stop again, with a new canary, and then the rest', async () => {
      await bury(ledger.database, orders('AGAIN', 8))
      const stopped = await replayed({canary: 3}, () => 'refuses')
      const held = lease()

      const resumed = await resumeOperation(ledger.database, stopped.operation.id, held, ada)
      const sap = serve(() => 'books')
      const ended = await run(stopped.operation, held)
      await sap.stop()

      assert.equal(stopped.end, 'stopped')
      assert.deepEqual(resumed, {kind: 'resumed', again: 3})
      assert.deepEqual(sap.sent.slice(0, 3), ['AGAIN-1', 'AGAIN-2', 'AGAIN-3'])
      assert.deepEqual(countsOf(ended.operation), {letters: 8, resolved: 8})
      const {rows} = await ledger.database.query<{state: string; letters: number}>(
        'select state, count(*)::integer as letters from erpsync.dead_letter group by state order by state',
      )
      assert.deepEqual(rows, [
        {state: 'died_again', letters: 3},
        {state: 'replayed', letters: 8},
      ])
    })

    it('retries what failed in a finished one, and leaves alone what somebody else has taken', async () => {
      await bury(ledger.database, orders('RETRY', 3))
      const first = await replayed({}, (name) => (name === 'RETRY-3' ? 'books' : 'refuses'))
      const {rows} = await ledger.database.query<{id: string}>(
        `select l.id from erpsync.dead_letter l join erpsync.message m on m.id = l.message_id
          where l.state = 'open' and m.payload ->> 'orderId' = 'RETRY-1'`,
      )
      await begin(ledger.database, {kind: 'ids', ids: rows.map(({id}) => id)}, {})
      const held = lease()

      const retried = await retryFailed(ledger.database, first.operation.id, held, ada)
      const sap = serve(() => 'books')
      const ended = await run(first.operation, held)
      await sap.stop()

      assert.deepEqual(retried, {kind: 'resumed', again: 1})
      assert.deepEqual(countsOf(ended.operation), {letters: 3, resolved: 2, failedSame: 1})
    })

    it('leaves out what a rule says is never replayed, unless it is named', async () => {
      const [letter] = await bury(ledger.database, orders('NEVER', 1))
      await ledger.database.query(`update erpsync.dead_letter_group set replayable = 'never'`)

      const all = await plan(ledger.database, {kind: 'all'})
      const named = await plan(ledger.database, {kind: 'ids', ids: [letter?.letterId ?? '']})

      assert.deepEqual(
        [countsOf(all), countsOf(named)],
        [
          {letters: 1, skipped: 1},
          {letters: 1, pending: 1},
        ],
      )
    })

    it('refuses what is over or was never there', async () => {
      await bury(ledger.database, orders('OVER', 1))
      const {operation} = await replayed({}, () => 'books')

      const finished = await resumeOperation(ledger.database, operation.id, lease(), ada)
      const unknown = await resumeOperation(ledger.database, 'R-AAAAAAA', lease(), ada)

      assert.deepEqual([finished.kind, unknown.kind], ['wrong_state', 'unknown'])
    })
  })

  it('is finished by the archiver where nobody waits for it', async () => {
    await bury(ledger.database, orders('ALONE', 2))
    const {id} = await replay(ledger.database, {kind: 'all'})
    const sap = serve(() => 'books')
    await eventually(() => sap.sent.length === 2)
    await sap.stop()

    await judgeUnattended(ledger.database)

    const operation = await findOperation(ledger.database, id)
    assert.deepEqual([operation?.state, operation && countsOf(operation)], ['finished', {letters: 2, resolved: 2}])
  })

  it('keeps nobody from letters that are only planned, and tells who was faster', async () => {
    await bury(ledger.database, orders('PLANNED', 3))
    const [first, second] = [await plan(ledger.database, {kind: 'all'}), await plan(ledger.database, {kind: 'all'})]

    const begun = await startOperation(ledger.database, second.id, {lease: lease(), perKey: 1}, ada)
    const late = await startOperation(ledger.database, first.id, {lease: lease(), perKey: 1}, ada)

    assert.deepEqual(begun, {kind: 'started'})
    assert.deepEqual(late, {kind: 'taken', letters: 3, by: {id: second.id, createdBy: 'ada', state: 'running'}})
    assert.equal((await findOperation(ledger.database, first.id))?.state, 'planned')
  })
})
