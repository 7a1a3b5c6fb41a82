import assert from 'node:assert/strict'
import type {Holding, Holdings} from '#lib/audit/holdings.js'
import type {Need, Place} from '#lib/audit/places.js'
import {confirmShortfalls, reconcile} from '#lib/audit/reconcile.js'

describe('reconcile', () => {
  it('finds nothing short where the queues hold what is needed, or more', () => {
    const balances = reconcile('x', [need(work, 3), need(retry, 1)], held({work: 3, retry: 5}))

    assert.deepEqual(balances.map(inShort), ['x.f.work 3 of 3', 'x.f.retry 5 of 1'])
  })

  it('counts how many copies a queue lacks, and says when it lacks all of them', () => {
    const balances = reconcile('x', [need(work, 3), need(retry, 2)], held({work: 1, retry: 0}))

    assert.deepEqual(balances.map(inShort), ['x.f.work 1 of 3, short by 2', 'x.f.retry 0 of 2, short by 2, all'])
  })

  it('takes a queue that is gone for empty', () => {
    assert.deepEqual(reconcile('x', [need(work, 2)], new Map([['x.f.work', {kind: 'gone'}]])).map(inShort), [
      'x.f.work 0 of 2, short by 2, all',
    ])
  })

  it('lets a copy from a tier be in the retry lane by now, but no copy count twice', () => {
    const needs = [need(retry, 2), need(tier(500), 3), need(tier(1000), 2)]

    const enough = reconcile('x', needs, held({retry: 4, 'delay.500': 2, 'delay.1000': 1}))
    const short = reconcile('x', needs, held({retry: 3, 'delay.500': 2, 'delay.1000': 1}))

    assert.deepEqual(
      enough.map(({shortBy}) => shortBy),
      [0, 0, 0],
    )
    assert.deepEqual(
      short.map(({shortBy}) => shortBy),
      [0, 0, 1],
    )
  })

  it('calls nothing missing where it is not known what consumers have in hand', () => {
    const holdings = new Map<string, Holding>([['x.f.work', {kind: 'at_least', copies: 0}]])

    assert.deepEqual(reconcile('x', [need(work, 9)], holdings).map(inShort), ['x.f.work ? of 9'])
  })

  it('has no count for the outbox, and finds everything short that is nowhere', () => {
    const balances = reconcile('x', [need({kind: 'outbox'}, 4), need({kind: 'nowhere'}, 1)], new Map())

    assert.deepEqual(balances.map(inShort), [' ? of 4', ' 0 of 1, short by 1, all'])
  })
})

describe('confirmShortfalls', () => {
  it('keeps what two looks agree on, and no more than the smaller of the two', () => {
    const first = reconcile('x', [need(work, 3), need(retry, 2)], held({work: 0, retry: 1}))
    const second = reconcile('x', [need(work, 2), need(retry, 1)], held({work: 1, retry: 1}))

    assert.deepEqual(
      confirmShortfalls(first, second).map(({place, shortBy, isEmpty}) => ({place, shortBy, isEmpty})),
      [{place: work, shortBy: 1, isEmpty: false}],
    )
  })

  it('forgets what the second look does not find at all', () => {
    assert.deepEqual(confirmShortfalls(reconcile('x', [need(work, 3)], held({work: 0})), []), [])
  })
})

const work: Place = {kind: 'lane', lane: 'work'}
const retry: Place = {kind: 'lane', lane: 'retry'}

function tier(ms: number): Place {
  return {kind: 'tier', ms}
}

function need(place: Place, count: number): Need {
  return {flow: 'f', place, count}
}

function held(copies: Readonly<Record<string, number>>): Holdings {
  return new Map(Object.entries(copies).map(([queue, count]) => [`x.f.${queue}`, {kind: 'known', copies: count}]))
}

function inShort({queues, held: there, needed, shortBy, isEmpty}: ReturnType<typeof reconcile>[number]): string {
  const short = shortBy > 0 ? `, short by ${shortBy}` : ''
  return `${queues.join('+')} ${there ?? '?'} of ${needed}${short}${isEmpty ? ', all' : ''}`
}
