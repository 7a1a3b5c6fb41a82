import assert from 'node:assert/strict'
import type {KeyState, OpenMessage} from '#lib/ledger/key-states.js'
import {obstacleEntry} from '#lib/resync/obstacle-entry.js'

const state: KeyState = {
  key: 'A',
  messageId: 'm2',
  version: '2',
  reference: 'A/2',
  payload: {},
  hash: 'ab',
}
const open = (messageId: string, of: string, letter: OpenMessage['letter'] = null): OpenMessage => ({
  key: 'A',
  messageId,
  state: of,
  letter,
})

describe('obstacleEntry', () => {
  it('finds none where all is over', () => {
    assert.equal(obstacleEntry(state, []), undefined)
  })

  it('names what is under way', () => {
    const entry = obstacleEntry(state, [open('m2', 'queued')])

    assert.deepEqual([entry?.class, entry?.blocking], ['in_flight', {message: 'm2', state: 'queued'}])
    assert.equal(entry?.next, 'erpsync message show m2')
  })

  it('names the letter first, for what waits behind it goes on only once it is decided on', () => {
    const letter = {id: 'l1', group: 'F-ABCDEFG', code: 'sap:VP/204'}
    const entry = obstacleEntry(state, [open('m1', 'held'), open('m2', 'dead', letter)])

    assert.deepEqual([entry?.class, entry?.letter], ['dead_letter', letter])
    assert.equal(entry?.next, 'erpsync dlq replay l1 --wait')
  })

  it('says so where the letter is not archived yet', () => {
    const entry = obstacleEntry(state, [open('m2', 'dead')])

    assert.deepEqual([entry?.class, entry?.letter], ['dead_letter', null])
    assert.equal(entry?.next, 'erpsync message show m2')
  })
})
