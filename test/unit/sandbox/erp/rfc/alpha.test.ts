import assert from 'node:assert/strict'
import {toExternal, toInternal} from '#lib/sandbox/erp/rfc/alpha.js'

describe('the conversion exit ALPHA', () => {
  it('fills numbers up with zeros, and nothing else', () => {
    assert.deepEqual(
      ['1', '0000000001', 'USCU_S01', '1A', ''].map((number) => toInternal(number, 10)),
      ['0000000001', '0000000001', 'USCU_S01', '1A', ''],
    )
  })

  it('takes the zeros away from numbers that have them all', () => {
    assert.deepEqual(
      ['0000100001', '1234567890', '0000000000', 'USCU_S01', '00A'].map((stored) => toExternal(stored, 10)),
      ['100001', '1234567890', '0', 'USCU_S01', '00A'],
    )
  })

  it('knows nothing stored under a number without its zeros, or under none', () => {
    assert.deepEqual(
      ['100001', '000100001', ''].map((stored) => toExternal(stored, 10)),
      [undefined, undefined, undefined],
    )
  })
})
