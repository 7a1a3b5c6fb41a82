import assert from 'node:assert/strict'
import {countedQuery} from '#lib/deadletters/groups/counted-query.js'
import {queryOf} from '../../support/letters.js'

describe('countedQuery', () => {
  it('has groups answer what all their letters have in common', () => {
    assert.deepEqual(countedQuery(queryOf('flow:orders -code:sap:*')), {
      where: 'l.flow = $1::text and (l.code like $2::text) is not true',
      values: ['orders', 'sap:%'],
      states: ['open'],
    })
  })

  const states: readonly (readonly [string, readonly string[]])[] = [
    ['state:any', ['open', 'replayed', 'resolved', 'died_again', 'discarded']],
    ['state:replayed,resolved -state:resolved', ['replayed']],
    ['-state:open,replayed', ['resolved', 'died_again', 'discarded']],
    ['state:open state:resolved', []],
  ]
  for (const [text, wanted] of states) {
    it(`knows the states of ${text}`, () => {
      assert.deepEqual(countedQuery(queryOf(text))?.states, wanted)
    })
  }

  for (const text of [
    'key:a',
    'attempts:3',
    'since:1h',
    'tag:x',
    'text:x',
    'payload.a:b',
    'executed:no',
    'flow:a key:*',
  ]) {
    it(`leaves ${text} to the letters`, () => {
      assert.equal(countedQuery(queryOf(text)), undefined)
    })
  }
})
