import assert from 'node:assert/strict'
import {addDecimals, compareDecimals, multiplyDecimals, toDecimal} from '#lib/sandbox/erp/world/decimal.js'

describe('toDecimal', () => {
  it('writes a number with all its decimals', () => {
    const written = ['2', '5.5', '-0.25', '007.10', '0', '.5'].map((text) => toDecimal(text, 15, 3))

    assert.deepEqual(written, ['2.000', '5.500', '-0.250', '7.100', '0.000', '0.500'])
  })

  it('refuses what is no number or does not fit', () => {
    const refused = ['', '-', '.', 'x', '1e3', '1.2345', '1234567890123'].map((text) => toDecimal(text, 15, 3))

    assert.deepEqual(
      refused,
      refused.map(() => undefined),
    )
  })
})

describe('compareDecimals', () => {
  it('compares by value, however many decimals are written', () => {
    const signs = [
      ['10', '9.5'],
      ['2.0', '2.000'],
      ['-3', '-2.99'],
    ].map(([a = '', b = '']) => compareDecimals(a, b))

    assert.deepEqual(signs, [1, 0, -1])
  })

  it('tells numbers apart that a double cannot', () => {
    assert.equal(compareDecimals('9007199254740993.001', '9007199254740993.002'), -1)
  })
})

describe('multiplyDecimals', () => {
  it('multiplies exactly and cuts to the decimals asked for', () => {
    const products = [multiplyDecimals('5.500', '24.500', 3), multiplyDecimals('0.333', '0.333', 3)]

    assert.deepEqual(products, ['134.750', '0.110'])
  })
})

describe('addDecimals', () => {
  it('adds without rounding', () => {
    assert.equal(addDecimals('0.100', '0.2'), '0.300')
  })
})
