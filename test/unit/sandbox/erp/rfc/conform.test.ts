import assert from 'node:assert/strict'
import {conform} from '#lib/sandbox/erp/rfc/conform.js'
import {char, type FieldType, numc, packed, plain, structure, table} from '#lib/sandbox/erp/rfc/field-type.js'

const pair = {name: 'PAIR', fields: [char('ROLE', 2), numc('POSITION', 3)]}

describe('conform', () => {
  const taken: readonly (readonly [string, FieldType, unknown, unknown])[] = [
    ['a text as it is', char('', 3), 'abc', 'abc'],
    ['digits with zeros in front', numc('', 5), '42', '00042'],
    ['a packed number with all its decimals', packed('', 5, 2), '-0012.5', '-12.50'],
    ['a packed number that is whole', packed('', 7, 3), '3', '3.000'],
    ['a packed number with nothing before its point', packed('', 7, 3), '.5', '0.500'],
    ['a packed number without decimals', packed('', 2, 0), '007', '7'],
    ['zero, which has no sign', packed('', 5, 2), '-0.00', '0.00'],
    ['bytes filled up', {type: 'BYTE', length: 4}, 'c0ff', 'c0ff0000'],
    ['a date that does not exist', {type: 'DATE'}, '2025', '2025'],
    ['a long integer as text or number', {type: 'INT8'}, 5_000_000_000, '5000000000'],
    ['a decimal float', {type: 'DECF34'}, '1.5E-3', '1.5E-3'],
    ['a structure, with what is missing initial', structure('', pair), {ROLE: 'AG'}, {ROLE: 'AG', POSITION: '000'}],
    ['a table of them', table('', pair), [{POSITION: '7'}], [{ROLE: '', POSITION: '007'}]],
    ['a table of bare values', table('', {name: 'TEXTS', fields: [plain('', 'STRING')]}), ['a', ''], ['a', '']],
  ]

  for (const [what, type, value, expected] of taken) {
    it(`takes ${what}`, () => {
      assert.deepEqual(conform(type, value), expected)
    })
  }

  const refused: readonly (readonly [string, FieldType, unknown])[] = [
    ['a text that is too long', char('', 3), 'abcd'],
    ['a number for a text', char('', 3), 7],
    ['letters for digits', numc('', 5), '4x'],
    ['a packed number with too many decimals', packed('', 5, 2), '1.234'],
    ['a packed number that is too large', packed('', 2, 1), '123.4'],
    ['a packed number with an exponent', packed('', 5, 2), '1e3'],
    ['nothing for a packed number', packed('', 5, 2), ''],
    ['half a byte', {type: 'XSTRING'}, 'abc'],
    ['an integer out of range', {type: 'INT1'}, 256],
    ['a broken integer', {type: 'INT'}, 1.5],
    ['a field that the structure does not have', structure('', pair), {NOPE: ''}],
    ['a wrong field deep in a table', table('', pair), [{ROLE: 'AG'}, {ROLE: 'TOO LONG'}]],
    ['a structure for a table', table('', pair), {ROLE: 'AG'}],
    ['a table for a structure', structure('', pair), []],
  ]

  for (const [what, type, value] of refused) {
    it(`refuses ${what}`, () => {
      assert.equal(conform(type, value), undefined)
    })
  }
})
