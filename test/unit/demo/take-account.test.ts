import assert from 'node:assert/strict'
import {type Account, type Evidence, type LedgerMessage, takeAccount} from '#demo/take-account.js'

describe('takeAccount', () => {
  it('adds up when SAP has every synced message once and none of the dead', () => {
    const account = takeAccount(evidence())

    const orders = {...figures, read: 4, accepted: 2, duplicate: 1, refused: 1, synced: 1, dead: 1}
    const partners = {...figures, read: 1, accepted: 1, synced: 1}
    assert.deepEqual(account, {
      ...figures,
      read: 5,
      accepted: 3,
      duplicate: 1,
      refused: 1,
      synced: 2,
      dead: 1,
      flows: {'sales-order': orders, 'business-partner': partners},
      complaints: [],
    })
  })

  it('calls a synced message lost that SAP does not have', () => {
    const account = takeAccount(evidence({booked: new Map([['USCU_S01', changedOnce]])}))

    assert.deepEqual(verdict(account), {
      lost: 1,
      bookedTwice: 0,
      complaints: ['sales-order: 1 synced, but SAP does not have them: SO-1/1'],
    })
  })

  it('calls a partner lost that SAP neither created nor changed', () => {
    const account = takeAccount(evidence({booked: new Map([['SO-1/1', createdOnce]])}))

    assert.deepEqual(verdict(account), {
      lost: 1,
      bookedTwice: 0,
      complaints: ['business-partner: 1 synced, but SAP does not have them: USCU_S01'],
    })
  })

  it('calls every message lost that is still on its way', () => {
    const states = ['accepted', 'queued', 'in_flight', 'held', 'retry_wait', 'in_doubt'] as const

    const accounts = states.map((state) =>
      takeAccount(evidence({messages: [{...order, state}, deadOrder, partner], booked: new Map([partnerBooked])})),
    )

    assert.deepEqual(
      accounts.map(verdict),
      states.map((state) => ({
        lost: 1,
        bookedTwice: 0,
        complaints: [`sales-order: 1 accepted, but still on their way: SO-1/1 (${state})`],
      })),
    )
  })

  it('calls a message lost that was accepted and is not in the ledger', () => {
    const account = takeAccount(evidence({messages: [order, partner]}))

    assert.deepEqual(verdict(account), {
      lost: 1,
      bookedTwice: 0,
      complaints: ['sales-order: 1 accepted, but not in the ledger'],
    })
  })

  it('complains of a message in the ledger that no push has accepted', () => {
    const extra: LedgerMessage = {...order, id: 'm9', reference: 'SO-9/1', state: 'superseded'}

    const account = takeAccount(evidence({messages: [order, deadOrder, extra, partner]}))

    assert.deepEqual(verdict(account), {
      lost: 0,
      bookedTwice: 0,
      complaints: ['sales-order: 1 in the ledger, but never accepted'],
    })
  })

  it('does not let one lost and one doubled message cancel each other out', () => {
    const other: LedgerMessage = {...order, id: 'm4', reference: 'SO-4/1'}

    const account = takeAccount(
      evidence({
        messages: [order, other, partner],
        booked: new Map([['SO-1/1', {creates: 2, changes: 0}], partnerBooked]),
      }),
    )

    assert.deepEqual(verdict(account), {
      lost: 1,
      bookedTwice: 1,
      complaints: [
        'sales-order: 1 synced, but SAP does not have them: SO-4/1',
        'sales-order: 1 booked more than once: SO-1/1',
      ],
    })
  })

  it('counts a partner that was created twice, and none that was changed often', () => {
    const twice = new Map([['SO-1/1', createdOnce] as const, ['USCU_S01', {creates: 2, changes: 0}] as const])
    const often = new Map([['SO-1/1', createdOnce] as const, ['USCU_S01', {creates: 1, changes: 5}] as const])

    const accounts = [twice, often].map((booked) => takeAccount(evidence({booked})))

    assert.deepEqual(
      accounts.map(({bookedTwice}) => bookedTwice),
      [1, 0],
    )
  })

  it('complains of a dead message that SAP has booked', () => {
    const account = takeAccount(evidence({booked: new Map([...booked, ['SO-2/1', createdOnce]])}))

    assert.deepEqual(verdict(account), {
      lost: 0,
      bookedTwice: 0,
      complaints: ['sales-order: 1 not synced, but SAP has them: SO-2/1'],
    })
  })

  it('lets a dead partner be whose key another message has synced', () => {
    const older: LedgerMessage = {...partner, id: 'm5', state: 'dead'}

    const account = takeAccount(
      evidence({
        pushes: [orderPush, {...partnerPush, read: 2, accepted: 2}],
        messages: [order, deadOrder, partner, older],
        openLetters: new Set(['m2', 'm5']),
      }),
    )

    assert.deepEqual(account.complaints, [])
  })

  it('complains of a dead message without an open letter', () => {
    const account = takeAccount(evidence({openLetters: new Set()}))

    assert.deepEqual(account.complaints, ['sales-order: 1 dead, but without an open dead letter: SO-2/1'])
  })

  it('complains of what SAP has and nobody has pushed', () => {
    const account = takeAccount(evidence({booked: new Map([...booked, ['SO-7/1', createdOnce]])}))

    assert.deepEqual(account.complaints, ['1 booked in SAP, but nobody has pushed it: SO-7/1'])
  })

  it('names the first five of many', () => {
    const many = Array.from({length: 7}, (_, index) => ({...order, id: `n${index}`, reference: `SO-${index}/1`}))

    const account = takeAccount({
      pushes: [{...orderPush, accepted: 7}],
      messages: many,
      openLetters: new Set(),
      booked: new Map(),
    })

    assert.deepEqual(account.complaints, [
      'sales-order: 7 synced, but SAP does not have them: SO-0/1, SO-1/1, SO-2/1, SO-3/1, SO-4/1 and 2 more',
    ])
  })
})

const createdOnce = {creates: 1, changes: 0}
const changedOnce = {creates: 0, changes: 1}

const order: LedgerMessage = {id: 'm1', flow: 'sales-order', effect: 'create', reference: 'SO-1/1', state: 'synced'}
const deadOrder: LedgerMessage = {...order, id: 'm2', reference: 'SO-2/1', state: 'dead'}
const partner: LedgerMessage = {
  id: 'm3',
  flow: 'business-partner',
  effect: 'upsert',
  reference: 'USCU_S01',
  state: 'synced',
}
const partnerBooked = ['USCU_S01', changedOnce] as const
const booked = new Map([['SO-1/1', createdOnce] as const, partnerBooked])

const orderPush = {flow: 'sales-order', read: 4, accepted: 2, duplicate: 1, rejected: 1}
const partnerPush = {flow: 'business-partner', read: 1, accepted: 1, duplicate: 0, rejected: 0}

const figures = {
  read: 0,
  accepted: 0,
  duplicate: 0,
  refused: 0,
  synced: 0,
  superseded: 0,
  discarded: 0,
  dead: 0,
  lost: 0,
  bookedTwice: 0,
}

function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    pushes: [orderPush, partnerPush],
    messages: [order, deadOrder, partner],
    openLetters: new Set(['m2']),
    booked,
    ...changes,
  }
}

function verdict({lost, bookedTwice, complaints}: Account) {
  return {lost, bookedTwice, complaints}
}
