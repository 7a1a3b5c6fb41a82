import assert from 'node:assert/strict'
import {describeBreak} from '#lib/audit/trail-break.js'
import {verifyTrail} from '#lib/audit/verify-trail.js'
import {recordAction} from '#lib/ledger/trail.js'
import {readTrailHead, type Link} from '#lib/ledger/trail-chain.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {ada} from '../../support/operator.js'

describe('verifyTrail', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  beforeEach(async () => {
    ledger = await openLedger()
    for (let index = 1; index <= 5; index += 1)
      await recordAction(ledger.database, ada, {action: 'erp.call', after: {index}})
  })
  afterEach(async () => ledger.close())

  const verify = async (kept: Link | null = null) =>
    verifyTrail(ledger.database, {kept, signal: new AbortController().signal, onProgress: () => {}})
  const head = async () => (await readTrailHead(ledger.database)) ?? assert.fail('no head')
  /** What somebody can do who may do everything. */
  const tamper = async (...statements: readonly string[]) =>
    ledger.database.transaction(async (tx) => {
      for (const statement of ['alter table erpsync.trail disable trigger all', ...statements])
        await tx.query(statement)
      await tx.query('alter table erpsync.trail enable trigger all')
    })
  /** What is wrong, without the hashes. */
  const broken = async (kept: Link | null = null) => {
    const verdict = await verify(kept)
    assert.equal(verdict.intact, verdict.broken === null)
    return (
      verdict.broken && {
        ...verdict.broken,
        hash: undefined,
        contentHash: undefined,
        chainedHash: undefined,
        keptHash: undefined,
      }
    )
  }
  const like = (found: object) => ({
    ...found,
    hash: undefined,
    contentHash: undefined,
    chainedHash: undefined,
    keptHash: undefined,
  })

  it('finds a trail intact that was only added to, and gives its head', async () => {
    const verdict = await verify(await head())

    assert.deepEqual(verdict, {intact: true, entries: 5, head: await head(), broken: null})
    assert.equal(verdict.head?.seq, 5)
  })

  it('finds an empty trail intact', async () => {
    const empty = await openLedger()

    const verdict = await verifyTrail(empty.database, {
      kept: null,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await empty.close()

    assert.deepEqual([verdict.intact, verdict.entries, verdict.head?.seq], [true, 0, 0])
  })

  for (const change of [
    `actor = 'eve'`,
    `at = at + interval '1 microsecond'`,
    `before = '{"state": "dead"}'`,
    `after = '{"index": 4}'`,
    `ticket = 'INC-1'`,
    `reason = 'none'`,
    `host = 'other'`,
    `command = 'other'`,
    `action = 'key.skip'`,
    `flow = 'orders'`,
    `message_id = gen_random_uuid()`,
    `letter_id = gen_random_uuid()`,
    `group_id = 'F-1'`,
    `operation_id = 'R-1'`,
  ]) {
    it(`finds an entry that was changed: ${change}`, async () => {
      await tamper(`update erpsync.trail set ${change} where seq = 3`)

      assert.deepEqual(await broken(), like({kind: 'changed', seq: 3}))
    })
  }

  it('finds an entry that was changed together with its hash', async () => {
    const rewrite = 'update erpsync.trail t set hash = erpsync.trail_hash(t)'
    await tamper(`update erpsync.trail set actor = 'eve' where seq = 3`, `${rewrite} where seq = 3`)

    assert.deepEqual(await broken(), like({kind: 'rewritten', seq: 3}))
  })

  it('finds the first and the last entry changed together with their hash', async () => {
    const rewrite = 'update erpsync.trail t set hash = erpsync.trail_hash(t)'
    await tamper(`update erpsync.trail set actor = 'eve' where seq = 5`, `${rewrite} where seq = 5`)
    const atEnd = await broken()
    await tamper(`update erpsync.trail set prev_hash = hash where seq = 1`, `${rewrite} where seq = 1`)

    assert.deepEqual(atEnd, like({kind: 'rewritten', seq: 5}))
    assert.deepEqual(await broken(), like({kind: 'unrooted', seq: 1}))
  })

  it('finds entries that were removed: the first, in the middle, and the last', async () => {
    await tamper('delete from erpsync.trail where seq = 5')
    const last = await broken()
    await tamper('delete from erpsync.trail where seq = 3')
    const middle = await broken()
    await tamper('delete from erpsync.trail where seq in (1, 2)')
    const first = await broken()

    assert.deepEqual(last, like({kind: 'removed', seq: 5, to: 5}))
    assert.deepEqual(middle, like({kind: 'removed', seq: 3, to: 3}))
    assert.deepEqual(first, like({kind: 'removed', seq: 1, to: 3}))
  })

  it('finds an entry that was put in past the end, and an end that is not noted any more', async () => {
    await tamper(
      `insert into erpsync.trail (seq, actor, host, command, action, reason, prev_hash, hash)
       select 6, 'eve', 'test', 'test', 'erp.call', 'because', hash, hash from erpsync.trail where seq = 5`,
      'update erpsync.trail t set hash = erpsync.trail_hash(t) where seq = 6',
    )
    const added = await broken()
    await ledger.database.query('delete from erpsync.trail_head')

    assert.deepEqual(added, like({kind: 'added', seq: 6}))
    assert.deepEqual(await broken(), like({kind: 'headless', seq: 6}))
    await assert.rejects(recordAction(ledger.database, ada, {action: 'erp.call'}))
  })

  it('finds a chain that was written anew from end to end, by a head that was kept', async () => {
    const kept = await head()
    await tamper(
      'truncate erpsync.trail',
      `update erpsync.trail_head set seq = 0, hash = decode(repeat('00', 32), 'hex')`,
    )
    const cut = await broken(kept)
    for (let index = 1; index <= 6; index += 1) await recordAction(ledger.database, ada, {action: 'erp.call'})

    assert.deepEqual(cut, like({kind: 'removed', seq: 1, to: 5}))
    assert.equal(await broken(), null)
    assert.deepEqual(await broken(kept), like({kind: 'unlike_kept', seq: 5}))
  })

  it('says in one sentence what is wrong with which entry', async () => {
    await tamper('delete from erpsync.trail where seq in (2, 3)')

    const {broken: found} = await verify()

    assert.equal(found && describeBreak(found), 'Entries 2 to 3 were removed.')
  })

  it('sees the trail as it is at one moment while others add to it', async () => {
    const writing = Array.from({length: 20}, async () => recordAction(ledger.database, ada, {action: 'erp.call'}))

    const verdicts = await Promise.all(Array.from({length: 5}, async () => verify()))
    await Promise.all(writing)

    assert.deepEqual(
      verdicts.map(({intact, entries, head: end}) => [intact, entries === end?.seq]),
      verdicts.map(() => [true, true]),
    )
  })
})
