import assert from 'node:assert/strict'
import {retryAfterMs} from '#lib/erp/http/retry-after.js'

const now = Date.parse('2026-03-01T12:00:00Z')

describe('retryAfterMs', () => {
  const cases: readonly (readonly [string, Record<string, string>, number | undefined])[] = [
    ['seconds', {'retry-after': '7'}, 7000],
    ['a date by our clock', {'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT'}, 30_000],
    [
      'a date by the server’s own clock',
      {'retry-after': 'Sun, 01 Mar 2026 11:00:30 GMT', date: 'Sun, 01 Mar 2026 11:00:00 GMT'},
      30_000,
    ],
    ['a date gone by', {'retry-after': 'Sun, 01 Mar 2026 11:59:00 GMT'}, 0],
    ['an hour at most', {'retry-after': '999999999'}, 3_600_000],
    ['nothing', {}, undefined],
    ['nonsense', {'retry-after': 'soon'}, undefined],
  ]

  for (const [what, headers, expected] of cases) {
    it(`reads ${what}`, () => {
      assert.equal(retryAfterMs(new Headers(headers), now), expected)
    })
  }
})
