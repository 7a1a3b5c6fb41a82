import assert from 'node:assert/strict'
import {fitField} from '#lib/erp/rfc/fit-field.js'

function verdict(value: unknown, type: string, length = 0, decimals = 0): unknown {
  const fitted = fitField(value, {type, length, decimals})
  return fitted.ok ? fitted.value : fitted.code
}

describe('fitField', () => {
  it('lets in texts up to the length of the field', () => {
    assert.deepEqual(
      [verdict('abc', 'C', 3), verdict('abcd', 'C', 3), verdict(1, 'C', 3), verdict(null, 'C', 3)],
      ['abc', 'rfc:too_long', 'rfc:wrong_type', 'rfc:wrong_type'],
    )
    assert.equal(verdict('x'.repeat(5000), 'g'), 'x'.repeat(5000))
  })

  it('takes digits only as digits', () => {
    assert.deepEqual(
      [verdict('0042', 'N', 4), verdict('4a', 'N', 4), verdict('00042', 'N', 4), verdict(42, 'N', 4)],
      ['0042', 'rfc:wrong_type', 'rfc:too_long', 'rfc:wrong_type'],
    )
  })

  it('takes days of the calendar and times of the day, and the initial ones', () => {
    assert.deepEqual(
      ['20240229', '', '00000000', '20230229', '2025', '2025-01-31', 20_250_131].map((value) => verdict(value, 'D')),
      ['20240229', '00000000', '00000000', ...Array(4).fill('rfc:bad_date')],
    )
    assert.deepEqual(
      ['235959', '240000', '', '236000', '12:00', '240001'].map((value) => verdict(value, 'T')),
      ['235959', '240000', '000000', ...Array(3).fill('rfc:bad_time')],
    )
  })

  it('lets in decimals that keep all their digits', () => {
    const packed = (value: unknown) => verdict(value, 'P', 7, 2)

    assert.deepEqual(['12345.67', '-00012345.6700', 1.5, '0.001', '123456', '1e3', 'x', true].map(packed), [
      '12345.67',
      '-00012345.6700',
      1.5,
      'rfc:too_long',
      'rfc:too_long',
      'rfc:wrong_type',
      'rfc:wrong_type',
      'rfc:wrong_type',
    ])
    assert.deepEqual(
      [verdict('1234567890123456', 'a'), verdict('12345678901234567', 'a'), verdict('1'.repeat(34), 'e')],
      ['1234567890123456', 'rfc:too_long', '1'.repeat(34)],
    )
  })

  it('refuses a number whose digits JSON may have lost', () => {
    assert.deepEqual(
      [0.1 + 0.2, 12_345_678_901_234_567_168, 1e-7, 123_456_789_012_345].map((value) => verdict(value, 'P', 31, 10)),
      ['rfc:inexact', 'rfc:inexact', 'rfc:inexact', 123_456_789_012_345],
    )
  })

  it('keeps integers within what arrives: eight bytes are cut to four on the way', () => {
    assert.deepEqual(
      [
        verdict(255, 'b'),
        verdict(256, 'b'),
        verdict(-32_768, 's'),
        verdict(32_768, 's'),
        verdict(2 ** 31 - 1, 'I'),
        verdict(2 ** 31, 'I'),
        verdict(2 ** 31 - 1, '8'),
        verdict(5_000_000_000, '8'),
        verdict(1.5, 'I'),
        verdict('1', 'I'),
      ],
      [
        255,
        'rfc:too_long',
        -32_768,
        'rfc:too_long',
        2 ** 31 - 1,
        'rfc:too_long',
        2 ** 31 - 1,
        'rfc:too_long',
        'rfc:wrong_type',
        'rfc:wrong_type',
      ],
    )
  })

  it('sends bytes that are written as hexadecimal text', () => {
    assert.deepEqual(
      [verdict('C0ffee', 'X', 3), verdict('C0FFEE00', 'X', 3), verdict('xy', 'y'), verdict('abc', 'y')],
      [Buffer.from([0xc0, 0xff, 0xee]), 'rfc:too_long', 'rfc:wrong_type', 'rfc:wrong_type'],
    )
  })

  it('says how much room there is', () => {
    const problems = [
      fitField('abcd', {type: 'C', length: 3, decimals: 0}),
      fitField('123.4', {type: 'P', length: 3, decimals: 1}),
    ]

    assert.deepEqual(
      problems.map((fitted) => !fitted.ok && fitted.problem),
      ['has room for 3 characters, not for 4', 'has room for 2 digits before the point and 1 after it, not for 123.4'],
    )
  })
})
