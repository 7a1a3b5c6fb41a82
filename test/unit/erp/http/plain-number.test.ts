import assert from 'node:assert/strict'
import {plainNumber} from '#lib/erp/http/plain-number.js'

describe('plainNumber', () => {
  it('writes digits where JavaScript writes an exponent', () => {
    const written = [0, 10, -2.5, 0.1, 1e21, 1.25e-7, -3e-8, 1.5e22].map(plainNumber)

    assert.deepEqual(written, [
      '0',
      '10',
      '-2.5',
      '0.1',
      '1000000000000000000000',
      '0.000000125',
      '-0.00000003',
      '15000000000000000000000',
    ])
  })
})
