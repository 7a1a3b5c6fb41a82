import assert from 'node:assert/strict'
import {delaysOf, ladderFor} from '#lib/config/retry-policy.js'

const retry = {
  delays: [5000, 30_000],
  attempts: 8,
  maxAge: 1,
  immediate: [],
  byClass: {conflict: {delays: [100, 5000]}, transient: {attempts: 3}},
}

describe('ladderFor', () => {
  it('takes what the class has of its own, and the rest from the flow', () => {
    assert.deepEqual(
      [ladderFor(retry, 'conflict'), ladderFor(retry, 'transient'), ladderFor(retry, 'throttled')],
      [
        {delays: [100, 5000], attempts: 8},
        {delays: [5000, 30_000], attempts: 3},
        {delays: [5000, 30_000], attempts: 8},
      ],
    )
  })
})

describe('delaysOf', () => {
  it('names every delay once, shortest first', () => {
    assert.deepEqual(delaysOf(retry), [100, 5000, 30_000])
  })
})
