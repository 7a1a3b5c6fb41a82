import assert from 'node:assert/strict'
import {NumberRanges} from '#lib/sandbox/erp/world/number-ranges.js'

describe('NumberRanges', () => {
  it('counts each range by itself', () => {
    const numbers = new NumberRanges()

    const drawn = [numbers.next('salesOrder'), numbers.next('businessPartner'), numbers.next('salesOrder')]

    assert.deepEqual(drawn, ['1', '10100001', '2'])
  })
})
