import assert from 'node:assert/strict'
import type {Letter} from '#lib/deadletters/letters.js'
import {presentLetters} from '#lib/deadletters/present-letters.js'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'

describe('presentLetters', () => {
  it('names the command for the next page of the same query', () => {
    const now = new Date('2026-11-22T08:00:00Z')
    const query = parseLetterQuery('flow:orders text:"no plant"', now)
    assert.ok(query.kind === 'query')

    const text = presentLetters([letter], now, {query, next: '52'})

    assert.equal(
      text.split('\n').at(-1),
      `More: erpsync dlq list -q 'flow:orders text:"no plant" state:open' --before 52`,
    )
  })
})

const letter: Letter = {
  id: '019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11',
  seq: '52',
  flow: 'orders',
  messageId: null,
  key: null,
  waived: false,
  attempt: 1,
  class: 'permanent',
  executed: 'no',
  code: 'sap:V1/302',
  text: 'no plant',
  stage: 'call',
  groupId: 'F-6G7HLQT',
  tags: [],
  diedAt: new Date('2026-11-22T07:00:00Z'),
  state: 'open',
  replayedAt: null,
  replayedBy: null,
}
