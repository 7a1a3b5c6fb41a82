import assert from 'node:assert/strict'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import {closeReplayedLetters, findLetter, type Letter, listLetters, type NewLetter} from '#lib/deadletters/letters.js'
import {findOperation} from '#lib/deadletters/operations/operation.js'
import {sendAtOnce} from '#lib/deadletters/operations/run-operation.js'
import {startOperation} from '#lib/deadletters/operations/start.js'
import {newId} from '#lib/kernel/ids.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {failure} from '../../support/failure.js'
import {openLedger, retry, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'
import {lease, plan, replay as replaySelection} from '../../support/replay.js'

describe('sendAtOnce', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  beforeEach(async () => {
    await ledger.database.query(
      'truncate erpsync.message, erpsync.attempt, erpsync.outbox, erpsync.dead_letter, erpsync.payload_revision, erpsync.operation cascade',
    )
  })
  after(async () => ledger.close())

  const archive = async (...letters: readonly NewLetter[]) =>
    ledger.database.transaction(async (tx) => {
      await lockMessages(
        tx,
        letters.map(({messageId}) => messageId),
      )
      await insertLetters(tx, letters, [])
    })
  const letterOf = (messageId: string | null, changes: Partial<NewLetter> = {}): NewLetter => ({
    id: newId(),
    flow: 'sales-order',
    messageId,
    attempt: 1,
    class: 'permanent',
    executed: 'no',
    code: 'sap:VP/204',
    text: 'Customer does not exist',
    stage: 'call',
    headers: {},
    raw: Buffer.from(newId()),
    rawHash: Buffer.from(newId()),
    diedAt: new Date(),
    ...changes,
  })
  const die = async (messageId: string, attempt = 1) =>
    ledger.settle({kind: 'dead', messageId, attempt, failure: failure({class: 'permanent'})})
  /** A message that died at its first attempt, and its letter. */
  const bury = async (orderId: string, changes: Partial<NewLetter> = {}): Promise<{id: string; letter: string}> => {
    const id = await ledger.accept(orderId)
    await ledger.database.query('update erpsync.outbox set published_at = now() where message_id = $1', [id])
    await ledger.claim(id)
    await die(id)
    const letter = letterOf(id, changes)
    await archive(letter)
    return {id, letter: letter.id}
  }
  const itemsOf = async (operationId: string) => {
    const {rows} = await ledger.database.query<{letter_id: string; state: string; why: string | null}>(
      'select letter_id, state, why from erpsync.operation_item where operation_id = $1 order by position',
      [operationId],
    )
    return rows
  }
  const replay = async (...ids: readonly string[]) =>
    itemsOf((await replaySelection(ledger.database, {kind: 'ids', ids})).id)
  const idsOf = (letters: readonly Letter[]) => letters.map(({id}) => id)
  const all = {state: null, flow: null, sinceMs: null, before: null, limit: 100}
  const states = async () => (await listLetters(ledger.database, all)).map(({state}) => state).toReversed()

  it('sends a letter on its way with the next attempt, fresh strikes and a fresh age', async () => {
    const {id, letter} = await bury('FRESH-1')
    await ledger.database.query(`update erpsync.message set strikes = 7, under_way_since = '2020-01-01'`)

    const result = await replay(letter)

    assert.deepEqual(result, [{letter_id: letter, state: 'sent', why: null}])
    assert.deepEqual(await ledger.copiesOf(id), [{lane: 'replay', attempt: 2}])
    const {rows} = await ledger.database.query(
      `select state, attempts, strikes, resends, under_way_since > now() - interval '1 minute' as fresh from erpsync.message`,
    )
    assert.deepEqual(rows, [{state: 'accepted', attempts: 1, strikes: 0, resends: 0, fresh: true}])
    const found = await findLetter(ledger.database, letter)
    assert.deepEqual([found?.state, found?.replayedBy], ['replayed', 'ada'])
  })

  for (const executed of ['unknown', 'yes'] as const) {
    it(`has SAP asked first where it may have the message (executed: ${executed})`, async () => {
      const {id, letter} = await bury('ASK-1', {executed, class: 'in_doubt'})

      await replay(letter)

      assert.equal(await ledger.stateOf(id), 'in_doubt')
      assert.deepEqual(await ledger.copiesOf(id), [{lane: 'replay', attempt: 1}])
    })
  }

  it('finds a letter by the id of its message, and takes it once however it is named', async () => {
    const {id, letter} = await bury('NAMED-1')

    const result = await replay(letter, id, letter)

    assert.deepEqual(result, [{letter_id: letter, state: 'sent', why: null}])
    assert.equal((await ledger.copiesOf(id)).length, 1)
  })

  it('skips what was never a message or is on its way, and says so', async () => {
    const {letter} = await bury('SKIP-1')
    const refused = letterOf(null)
    await archive(refused)
    await replay(letter)

    const result = await replay(newId(), letter, refused.id)

    assert.deepEqual(
      new Map(result.map(({letter_id, state, why}) => [letter_id, [state, why]])),
      new Map([
        [letter, ['skipped', 'is on its way already']],
        [refused.id, ['skipped', 'was refused before it became a message; push it again once it is mended']],
      ]),
    )
  })

  it('takes the open letters of a flow, or all, oldest first', async () => {
    const first = await bury('FLOW-1')
    const second = await bury('FLOW-2')
    const other = await bury('FLOW-3', {flow: 'business-partner'})

    const ofFlow = await plan(ledger.database, {kind: 'flow', flow: 'sales-order'})
    const ofAll = await plan(ledger.database, {kind: 'all'})

    const lettersOf = async (id: string) => (await itemsOf(id)).map(({letter_id}) => letter_id)
    assert.deepEqual(await lettersOf(ofFlow.id), [first.letter, second.letter])
    assert.deepEqual(await lettersOf(ofAll.id), [first.letter, second.letter, other.letter])
    assert.deepEqual(await states(), ['open', 'open', 'open'])
  })

  it('sends each letter once when three want the same at once, and tells the others whose they are', async () => {
    const buried = []
    for (let index = 0; index < 20; index++) buried.push(await bury(`BOTH-${index}`))
    const plans = await Promise.all(
      ['ada', 'bob', 'eve'].map(async (actor) => plan(ledger.database, {kind: 'all'}, {operator: {...ada, actor}})),
    )

    const begun = await Promise.all(
      plans.map(async ({id}) => {
        const held = lease()
        const outcome = await startOperation(ledger.database, id, {lease: held, perKey: null}, ada)
        if (outcome.kind === 'started') await sendAtOnce(ledger.database, id, {lease: held, operator: ada})
        return {id, outcome}
      }),
    )

    const winner = begun.find(({outcome}) => outcome.kind === 'started')
    const operation = await findOperation(ledger.database, winner?.id ?? '')
    assert.equal(operation?.counts.sent, 20)
    assert.deepEqual(
      begun.flatMap(({id, outcome}) => (id === winner?.id ? [] : [outcome])),
      Array.from({length: 2}, () => ({
        kind: 'taken',
        letters: 20,
        by: {id: operation.id, createdBy: operation.createdBy, state: 'running'},
      })),
    )
    for (const {id} of buried) assert.equal((await ledger.copiesOf(id)).length, 1)
  })

  it('is not broken off by letters that are archived at the same time', async () => {
    const buried = []
    for (let index = 0; index < 40; index++) buried.push(await bury(`MEANWHILE-${index}`))
    const copies = buried.map(({id}) => letterOf(id)).toReversed()

    const [operation] = await Promise.all([
      replaySelection(ledger.database, {kind: 'all'}),
      ...Array.from({length: 5}, async () => archive(...copies)),
    ])

    assert.equal(operation.counts.sent, 40)
    assert.deepEqual(new Set(await states()), new Set(['replayed']))
  })

  it('leaves a message alone that is not dead any more', async () => {
    const {id, letter} = await bury('GONE-1')
    const {id: operationId} = await plan(ledger.database, {kind: 'ids', ids: [letter]})
    await ledger.database.query(`update erpsync.message set state = 'synced', finished_at = now() where id = $1`, [id])
    const held = lease()
    await startOperation(ledger.database, operationId, {lease: held, perKey: null}, ada)

    const operation = await sendAtOnce(ledger.database, operationId, {lease: held, operator: ada})

    assert.equal(operation.state, 'finished')
    assert.deepEqual(await itemsOf(operationId), [
      {letter_id: letter, state: 'skipped', why: 'somebody else was faster'},
    ])
  })

  describe('closeReplayedLetters', () => {
    it('resolves a letter when SAP has its message', async () => {
      const {id, letter} = await bury('CLOSE-1')
      await replay(letter)
      await closeReplayedLetters(ledger.database)
      assert.deepEqual(await states(), ['replayed'])
      await ledger.claim(id, 2)
      await ledger.settle({kind: 'synced', messageId: id, attempt: 2, documentNumber: '1'})

      await closeReplayedLetters(ledger.database)

      assert.deepEqual(await states(), ['resolved'])
    })

    it('closes a letter whose message died again, once the newer letter is there', async () => {
      const {id, letter} = await bury('CLOSE-2')
      await replay(letter)
      await ledger.claim(id, 2)
      await die(id, 2)
      await closeReplayedLetters(ledger.database)
      assert.deepEqual(await states(), ['replayed'])
      await archive(letterOf(id, {attempt: 2}))

      await closeReplayedLetters(ledger.database)

      assert.deepEqual(await states(), ['died_again', 'open'])
    })

    it('opens a letter again whose message died by a look-up alone, whatever the clock of the worker says', async () => {
      const {id, letter} = await bury('CLOSE-3', {executed: 'unknown', class: 'in_doubt'})
      await replay(letter)
      await ledger.settle({
        kind: 'dead',
        messageId: id,
        attempt: 1,
        probe: 'several',
        failure: failure({class: 'in_doubt', executed: 'yes', code: 'probe:duplicate_suspected'}),
      })

      await archive(
        letterOf(id, {code: 'probe:duplicate_suspected', executed: 'yes', diedAt: new Date(Date.now() - 3_600_000)}),
      )
      await closeReplayedLetters(ledger.database)

      const found = await findLetter(ledger.database, letter)
      assert.deepEqual([found?.state, found?.code, found?.replayedAt], ['open', 'probe:duplicate_suspected', null])
    })

    it('takes no notice of a copy of the first death that comes after the replay', async () => {
      const {id, letter} = await bury('CLOSE-4')
      await replay(letter)

      await archive(letterOf(id))

      assert.deepEqual(await states(), ['replayed'])
      assert.equal(await ledger.stateOf(id), 'accepted')
    })
  })

  describe('listLetters', () => {
    it('pages from the newest to the oldest without a gap', async () => {
      const ids = []
      for (let index = 0; index < 5; index++) ids.push((await bury(`PAGE-${index}`)).letter)

      const first = await listLetters(ledger.database, {...all, limit: 2})
      const second = await listLetters(ledger.database, {...all, limit: 2, before: first.at(-1)?.seq ?? null})
      const third = await listLetters(ledger.database, {...all, limit: 2, before: second.at(-1)?.seq ?? null})

      assert.deepEqual(
        [...first, ...second, ...third].map(({id}) => id),
        ids.toReversed(),
      )
    })

    it('filters by state, flow and age', async () => {
      const {letter} = await bury('FILTER-1')
      const old = await bury('FILTER-2', {diedAt: new Date(Date.now() - 86_400_000)})
      const other = await bury('FILTER-3', {flow: 'business-partner'})
      await replay(other.letter)

      const list = async (filter: object) => idsOf(await listLetters(ledger.database, {...all, ...filter}))

      assert.deepEqual(await list({flow: 'sales-order'}), [old.letter, letter])
      assert.deepEqual(await list({state: 'replayed'}), [other.letter])
      assert.deepEqual(await list({sinceMs: 3_600_000, flow: 'sales-order'}), [letter])
    })
  })

  it('keeps a retry that is under way out of it', async () => {
    const id = await ledger.accept('UNDER-WAY')
    await ledger.claim(id)
    await ledger.settle(retry(id))

    await archive(letterOf(id))

    assert.deepEqual(await states(), [])
  })
})
