import assert from 'node:assert/strict'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import type {Admissible} from '#lib/intake/door.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {failure} from '../../support/failure.js'
import {openLedger, type TestLedger} from '../../support/ledger.js'
import {admissible, order} from '../../support/orders.js'

describe('acceptDocuments of a resync', function () {
  this.timeout(30_000)
  let ledger: TestLedger
  before(async () => {
    ledger = await openLedger()
  })
  after(async () => ledger.close())

  const push = async (ordering: Ordering, document: Admissible) => {
    const [verdict] = await acceptDocuments(ledger.database, {flow: 'sales-order', ordering}, [document])
    return verdict?.kind === 'refused' ? assert.fail(JSON.stringify(verdict)) : verdict!.id
  }
  const resync = async (ordering: Ordering, id: string, ...documents: readonly Admissible[]) =>
    acceptDocuments(
      ledger.database,
      {flow: 'sales-order', ordering, intent: 'resync'},
      documents.map((document) => ({...document, idempotencyKey: `${document.key}@resync:${id}`})),
    )
  const sync = async (ordering: Ordering, document: Admissible) => {
    const id = await push(ordering, document)
    await ledger.claim(id)
    await ledger.settle({kind: 'synced', messageId: id, attempt: 1, documentNumber: '7'})
    assert.equal(await ledger.stateOf(id), 'synced')
    return id
  }
  const rowOf = async (id: string) => {
    const {rows} = await ledger.database.query<{reference: string; intent: string; repeated_by: string | null}>(
      'select reference, intent, repeated_by from erpsync.message where id = $1',
      [id],
    )
    return rows[0]
  }
  const reason = (verdict: Verdict | undefined) =>
    verdict?.kind === 'refused' ? verdict.problems[0]?.message : assert.fail(JSON.stringify(verdict))

  for (const ordering of ['none', 'latest', 'strict'] as const) {
    const document = (name: string, revision = 1) => admissible(order(`${name}-${ordering}`, {revision}))

    describe(`in a flow of order ${ordering}`, () => {
      it('takes the reference over from the message it repeats, which keeps it for the record', async () => {
        const older = await sync(ordering, document('TAKE'))

        const [verdict] = await resync(ordering, 'one', document('TAKE'))

        assert.ok(verdict?.kind === 'accepted')
        const reference = `TAKE-${ordering}/1`
        assert.deepEqual(await rowOf(verdict.id), {reference, intent: 'resync', repeated_by: null})
        assert.deepEqual(await rowOf(older), {reference, intent: 'sync', repeated_by: verdict.id})
        const claim = await ledger.claim(verdict.id)
        assert.ok(claim.kind === 'granted')
        assert.deepEqual([claim.message.intent, claim.message.reference], ['resync', reference])
      })

      it('knows a message of the same resync again', async () => {
        await sync(ordering, document('SAME'))
        const [first] = await resync(ordering, 'one', document('SAME'))

        assert.deepEqual(await resync(ordering, 'one', document('SAME')), [{...first, kind: 'duplicate'}])
      })

      it('refuses a key of which a message is under way, and one with a dead letter', async () => {
        const under = await push(ordering, document('UNDER'))
        const dead = await push(ordering, document('DEAD'))
        await ledger.claim(dead)
        await ledger.settle({kind: 'dead', messageId: dead, attempt: 1, failure: failure({class: 'permanent'})})

        const verdicts = await resync(ordering, 'one', document('UNDER'), document('DEAD'))

        assert.deepEqual(verdicts.map(reason), [
          `another message of UNDER-${ordering} is accepted (message ${under}): it may settle the difference`,
          `DEAD-${ordering} has a dead letter (message ${dead}): replay or discard it first, as erpsync dlq list shows`,
        ])
        assert.equal((await rowOf(under))?.repeated_by, null)
      })

      it('refuses an older version than the newest accepted, and takes an equal one', async () => {
        await sync(ordering, document('OLD', 9))
        await sync(ordering, document('OLD', 10))

        const [older] = await resync(ordering, 'one', document('OLD', 9))
        const [equal] = await resync(ordering, 'one', document('OLD', 10))

        assert.equal(reason(older), `version 9 of OLD-${ordering} is older than the newest that was accepted, 10`)
        assert.equal(equal?.kind, 'accepted')
      })

      it('takes a key once of one call', async () => {
        const [first, second] = await acceptDocuments(
          ledger.database,
          {flow: 'sales-order', ordering, intent: 'resync'},
          [
            {...admissible(order(`OTHER-${ordering}`)), idempotencyKey: `a ${ordering}`},
            {...admissible(order(`OTHER-${ordering}`)), idempotencyKey: `b ${ordering}`},
          ],
        )

        assert.equal(first?.kind, 'accepted')
        assert.match(reason(second) ?? '', /stands here twice/)
      })

      it('leaves the reference of another key alone', async () => {
        const owner = await sync(ordering, document('OWNER'))
        await sync(ordering, document('THIEF'))

        const [verdict] = await resync(ordering, 'one', {...document('THIEF'), reference: `OWNER-${ordering}/1`})

        assert.match(reason(verdict) ?? '', /belongs to another message/)
        assert.equal((await rowOf(owner))?.repeated_by, null)
      })

      it('goes by the name SAP got where messages have no reference of their own', async () => {
        const anonymous = {...document('NAMELESS'), version: null, idempotencyKey: null, reference: null}
        const older = await sync(ordering, anonymous)
        const {rows} = await ledger.database.query<{key: string}>(
          'select idempotency_key as key from erpsync.message where id = $1',
          [older],
        )

        const [verdict] = await resync(ordering, 'one', anonymous)

        assert.ok(verdict?.kind === 'accepted')
        assert.equal((await rowOf(verdict.id))?.reference, rows[0]?.key)
      })

      it('makes a duplicate of what its producer brings after it', async () => {
        await sync(ordering, document('LATER'))
        const [verdict] = await resync(ordering, 'one', document('LATER', 2))

        const verdicts = await acceptDocuments(ledger.database, {flow: 'sales-order', ordering}, [document('LATER', 2)])

        assert.ok(verdict?.kind === 'accepted')
        assert.deepEqual(verdicts, [{kind: 'duplicate', id: verdict.id}])
      })

      it('takes no message back whose reference another goes by', async () => {
        const older = await sync(ordering, document('BACK'))
        await resync(ordering, 'one', document('BACK'))

        await assert.rejects(
          async () =>
            ledger.database.query(
              `update erpsync.message set state = 'accepted', finished_at = null, erp_document = null where id = $1`,
              [older],
            ),
          {constraint: 'message_repeated_when_over'},
        )
      })
    })
  }

  it('gives way to a newer version in a flow of order latest', async () => {
    await sync('latest', admissible(order('WINS')))
    const [verdict] = await resync('latest', 'one', admissible(order('WINS')))
    assert.ok(verdict?.kind === 'accepted')

    await push('latest', admissible(order('WINS', {revision: 2})))

    assert.equal(await ledger.stateOf(verdict.id), 'superseded')
  })
})
