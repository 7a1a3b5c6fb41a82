import assert from 'node:assert/strict'
import {checkRun, type Sight} from '../../chaos/check.js'
import {type ChaosDocument, partnerName} from '../../chaos/documents.js'
import {type Order, orderOf} from '../../chaos/flows.js'

describe('checkRun', () => {
  it('finds nothing in a world where everything became what it had to', () => {
    const documents = [order('W1'), order('W2', {fate: 'dead'}), order('NO', {fate: 'refused'}), ...partners(1, 2)]
    const sight = world({
      messages: [message('W1'), message('W2', {state: 'dead'}), partnerMessage(1), partnerMessage(2)],
      letters: [letter('W2')],
      effects: [effect('W1/1'), effect('P1')],
      names: [1, 2],
    })

    assert.deepEqual(checkRun(documents, sight), nothing)
  })

  it('finds what was pushed and is not in the ledger, and what is synced and not in SAP', () => {
    const sight = world({messages: [message('W2'), partnerMessage(1)]})

    assert.deepEqual(checkRun([order('W1'), order('W2'), ...partners(1)], sight), {
      ...nothing,
      lost: [
        'web-order W1 version 1: was pushed, and is not in the ledger',
        'web-order W2 version 1 (message W2, synced): the ledger says that SAP has it; SAP does not',
        'partner P1 version 1 (message P1@1, synced): the ledger says that SAP has it; SAP does not',
      ],
    })
  })

  it('finds what was booked twice, also if the ledger says that it is dead', () => {
    const sight = world({
      messages: [message('W1'), message('W2', {state: 'dead'})],
      letters: [letter('W2')],
      effects: [effect('W1/1', ['1', '2']), effect('W2/1', ['3', '4'])],
    })

    assert.deepEqual(checkRun([order('W1'), order('W2')], sight), {
      ...nothing,
      bookedTwice: ['W1/1 was created 2 times: 1, 2', 'W2/1 was created 2 times: 3, 4'],
      unaccounted: ['web-order W2 version 1 (message W2, dead): given up, though it is good and was replayed'],
    })
  })

  it('finds what has no end, and letters and deaths that do not fit each other', () => {
    const sight = world({
      messages: [message('W1', {state: 'retry_wait'}), message('W2', {state: 'dead'}), message('W3')],
      letters: [letter('W3'), letter('W3', 'replayed')],
      effects: [effect('W3/1')],
    })

    assert.deepEqual(checkRun([order('W1'), order('W2', {fate: 'dead'}), order('W3')], sight), {
      ...nothing,
      unaccounted: [
        'web-order W1 version 1 (message W1, retry_wait): has no end',
        'web-order W2 (message W2): dead, with 0 open letters',
        'letter of W3 (sap:VP/112) is open; message W3 is not dead',
        'letter of W3 of message W3 was replayed and has no outcome',
      ],
    })
  })

  it('finds what the door should have refused, what should be dead, and what nobody pushed', () => {
    const documents = [order('W1', {fate: 'refused'}), order('W2', {fate: 'dead'})]
    const sight = world({
      messages: [message('W1'), message('W2'), message('W3')],
      effects: [effect('W1/1'), effect('W2/1'), effect('W3/1')],
    })

    assert.deepEqual(checkRun(documents, sight), {
      ...nothing,
      unaccounted: [
        'web-order W1 version 1 (message W1, synced): was let in, though the door has to refuse it',
        'web-order W2 version 1 (message W2, synced): SAP does not take it, so it has to be dead',
        'web-order W3 (message W3): in the ledger, and nobody pushed it',
        'W3/1: in SAP, and nobody pushed it',
      ],
    })
  })

  it('lets a flow without order end with any version', () => {
    assert.deepEqual(checkRun(partners(1, 2), worldOfPartner(2, [2, 1]), orders('none')), nothing)
  })

  it('finds an older version after a newer one where the latest is to win', () => {
    const found = (names: readonly number[]) =>
      checkRun(partners(1, 2, 3), worldOfPartner(3, names), orders('latest')).overwritten

    assert.deepEqual(found([1, 2, 3]), [])
    assert.deepEqual(found([1, 3, 3]), [])
    assert.deepEqual(found([1, 2, 1, 3]), ['partner P1: SAP saw the versions 1, 2, 1, 3'])
    assert.deepEqual(found([1, 3, 2]), ['partner P1: SAP saw the versions 1, 3, 2'])
  })

  it('wants every version in order where the order is strict, and takes the same one twice for one', () => {
    const found = (names: readonly number[]) =>
      checkRun(partners(1, 2, 3), worldOfPartner(3, names), orders('strict')).overwritten

    assert.deepEqual(found([1, 2, 2, 3]), [])
    assert.deepEqual(found([1, 3]), ['partner P1: SAP saw the versions 1, 3'])
    assert.deepEqual(found([2, 1, 3]), ['partner P1: SAP saw the versions 2, 1, 3'])
  })

  it('calls a newest version lost that is not in SAP, not overwritten', () => {
    assert.deepEqual(checkRun(partners(1, 2, 3), worldOfPartner(3, [1, 2]), orders('latest')), {
      ...nothing,
      lost: ['partner P1 version 3 (message P1@3, synced): the ledger says that SAP has it; SAP does not'],
    })
  })

  it('lets a version be set aside only for a newer one, and only where the latest wins', () => {
    const lost = (state: string, order: Order, versions: readonly number[]) => {
      const messages = versions.map((version) => partnerMessage(version, version === 1 ? state : 'synced'))
      const sight = world({messages, effects: [effect('P1')], names: versions.filter((version) => version !== 1)})
      return checkRun(partners(...versions), sight, orders(order)).lost
    }

    assert.deepEqual(lost('superseded', 'latest', [1, 2]), [])
    assert.deepEqual(lost('superseded', 'latest', [1]), [
      'partner P1 version 1 (message P1@1, superseded): set aside, and there is no newer version',
    ])
    assert.deepEqual(lost('superseded', 'none', [1, 2]), [
      'partner P1 version 1 (message P1@1, superseded): set aside in a flow that sets nothing aside',
    ])
    assert.deepEqual(lost('discarded', 'latest', [1, 2]), [
      'partner P1 version 1 (message P1@1, discarded): discarded, and nobody did that',
    ])
  })
})

const nothing = {lost: [], bookedTwice: [], overwritten: [], unaccounted: []}

function orders(partner: Order) {
  return {...orderOf, partner}
}

function order(key: string, {fate = 'synced'}: Partial<ChaosDocument> = {}): ChaosDocument {
  return {flow: 'web-order', key, version: 1, reference: `${key}/1`, fate, line: ''}
}

function partners(...versions: readonly number[]): readonly ChaosDocument[] {
  return versions.map((version) => ({flow: 'partner', key: 'P1', version, reference: 'P1', fate: 'synced', line: ''}))
}

function message(key: string, {state = 'synced'} = {}): Sight['messages'][number] {
  return {id: key, flow: 'web-order', key, version: '1', state}
}

function partnerMessage(version: number, state = 'synced'): Sight['messages'][number] {
  return {id: `P1@${version}`, flow: 'partner', key: 'P1', version: String(version), state}
}

function letter(messageId: string, state = 'open'): Sight['letters'][number] {
  return {id: `of ${messageId}`, messageId, state, code: 'sap:VP/112'}
}

function effect(
  reference: string,
  documents: readonly string[] = ['1'],
): [string, {creates: number; documents: readonly string[]}] {
  return [reference, {creates: documents.length, documents}]
}

/** All versions up to the last are synced; SAP saw them as given. */
function worldOfPartner(last: number, names: readonly number[]): Sight {
  const messages = Array.from({length: last}, (_, index) => partnerMessage(index + 1))
  return world({messages, effects: [effect('P1')], names})
}

interface WorldParts {
  readonly messages?: Sight['messages']
  readonly letters?: Sight['letters']
  readonly effects?: readonly (readonly [string, {readonly creates: number; readonly documents: readonly string[]}])[]
  /** The versions of P1 in the order in which SAP saw them. */
  readonly names?: readonly number[]
}

function world({messages = [], letters = [], effects = [], names = []}: WorldParts): Sight {
  return {
    messages,
    letters,
    effects: new Map(effects),
    names: new Map([['P1', names.map((version) => partnerName('P1', version))]]),
  }
}
