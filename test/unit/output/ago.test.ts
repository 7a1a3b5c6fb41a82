import assert from 'node:assert/strict'
import {ago} from '#lib/output/ago.js'

describe('ago', () => {
  it('tells an age in its largest unit', () => {
    const now = new Date('2026-03-02T12:00:00Z')
    const ages = [0, 59, 60, 3599, 3600, 86_399, 86_400, 1_000_000].map((seconds) =>
      ago(new Date(now.getTime() - seconds * 1000), now),
    )

    assert.deepEqual(ages, ['0s', '59s', '1m', '59m', '1h', '23h', '1d', '11d'])
  })

  it('takes a moment of a clock that is ahead for now', () => {
    assert.equal(ago(new Date('2026-03-02T12:00:05Z'), new Date('2026-03-02T12:00:00Z')), '0s')
  })
})
