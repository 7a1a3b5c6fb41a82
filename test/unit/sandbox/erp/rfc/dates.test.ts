import assert from 'node:assert/strict'
import {fromDats, toDats} from '#lib/sandbox/erp/rfc/dates.js'

describe('DATS', () => {
  it('is a day, or none where it is initial', () => {
    assert.deepEqual(['20260131', '00000000', '', '        '].map(fromDats), [Date.UTC(2026, 0, 31), null, null, null])
    assert.deepEqual([toDats(Date.UTC(2026, 0, 31)), toDats(null)], ['20260131', '00000000'])
  })

  it('may hold what is no day', () => {
    assert.deepEqual(['20260230', '20261301', '2025', '2026-1-1', 'tomorrow'].map(fromDats), Array(5).fill(undefined))
  })
})
