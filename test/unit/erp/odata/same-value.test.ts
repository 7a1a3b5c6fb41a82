import assert from 'node:assert/strict'
import {sameValue} from '#lib/erp/odata/same-value.js'

describe('sameValue', () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    ['A', 'A'],
    [true, true],
    [null, ''],
    ['', null],
    [10, '10.000'],
    ['10.5', 10.5],
    [-0.5, '-0.50'],
    [0, '0.00'],
    ['/Date(1767225600000)/', '/Date(1767225600000+0000)/'],
    ['2026-01-01T00:00:00', '/Date(1767225600000)/'],
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.000Z'],
  ]
  const different: readonly (readonly [unknown, unknown])[] = [
    ['A', 'a'],
    ['A', undefined],
    [null, undefined],
    [true, 'true'],
    [false, ''],
    ['10', '010'],
    ['1.1', '1.10'],
    [10, '10.001'],
    [1, ''],
    ['9007199254740993', 9007199254740992],
    ['2026-01-01', '/Date(1767312000000)/'],
    ['/Date(1767225600000)/', null],
  ]

  it('sees one value in two spellings', () => {
    assert.deepEqual(
      same.filter(([mapped, held]) => !sameValue(mapped, held)),
      [],
    )
  })

  it('takes what might differ for different', () => {
    assert.deepEqual(
      different.filter(([mapped, held]) => sameValue(mapped, held)),
      [],
    )
  })
})
