import assert from 'node:assert/strict'
import {parseOptions} from '#lib/sandbox/erp/rfc/functions/table-options.js'

describe('parseOptions', () => {
  for (const [lines, expected] of [
    [[], []],
    [['', '  '], []],
    [["BSTNK EQ 'A'"], [{field: 'BSTNK', value: 'A'}]],
    [["bstnk = 'A'"], [{field: 'BSTNK', value: 'A'}]],
    [["BSTNK='A'"], [{field: 'BSTNK', value: 'A'}]],
    [["BSTNK EQ 'O''N AND ''X'''"], [{field: 'BSTNK', value: "O'N AND 'X'"}]],
    [["BSTNK EQ 'A  '"], [{field: 'BSTNK', value: 'A'}]],
    [["BSTNK EQ ''"], [{field: 'BSTNK', value: ''}]],
    [
      ["VKORG EQ '1710' AND", "BSTNK EQ 'A'", "and KUNNR = '1'"],
      [
        {field: 'VKORG', value: '1710'},
        {field: 'BSTNK', value: 'A'},
        {field: 'KUNNR', value: '1'},
      ],
    ],
  ] as const) {
    it(`reads ${JSON.stringify(lines)}`, () => {
      assert.deepEqual(parseOptions(lines), expected)
    })
  }

  for (const text of [
    'BSTNK',
    'BSTNK EQ A',
    "BSTNK EQ 'A",
    "BSTNKEQ 'A'",
    "BSTNK LIKE 'A%'",
    "BSTNK EQ 'A' OR VKORG EQ '1'",
    "BSTNK EQ 'A' VKORG EQ '1'",
    "BSTNK EQ 'A' AND",
    "AND BSTNK EQ 'A'",
    "( BSTNK EQ 'A' )",
  ]) {
    it(`does not read ${text}`, () => {
      assert.equal(parseOptions([text]), undefined)
    })
  }
})
