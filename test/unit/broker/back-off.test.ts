import assert from 'node:assert/strict'
import {backOffMs} from '#lib/broker/back-off.js'

describe('backOffMs', () => {
  it('doubles, and never passes 15 s', () => {
    const longest = [1, 2, 3, 8, 9, 1000].map((attempt) => backOffMs(attempt, () => 1))

    assert.deepEqual(longest, [100, 200, 400, 12_800, 15_000, 15_000])
  })

  it('leaves half of the wait to chance', () => {
    assert.deepEqual([backOffMs(3, () => 0), backOffMs(3, () => 0.5)], [200, 300])
  })
})
