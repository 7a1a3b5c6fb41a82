import assert from 'node:assert/strict'
import {addonCases} from '../../support/addon-cases.js'
import {cases, everyType, row} from './cases/values.js'

describe('node-rfc: values', () => {
  const {start, seen} = addonCases(new URL('./cases/values.js', import.meta.url), cases)

  before(async function () {
    await start(this)
  })

  it('carries every type there and back', async () => {
    const {ES, CT_LINES} = await seen('everyType')

    assert.deepEqual(ES, {...everyType, N: '00042', X: Buffer.from('c0ffee00', 'hex'), P: '-1234567.90', D16: '1.5E3'})
    assert.deepEqual(CT_LINES, ['one!', 'zwei!'])
  })

  it('gives the initial value of what nobody has set', async () => {
    const values = await seen('initialValues')

    assert.deepEqual(values, {
      ES: {
        C: '',
        N: '00000',
        D: '00000000',
        T: '000000',
        S: '',
        X: Buffer.alloc(4),
        XS: Buffer.alloc(0),
        P: '0.00',
        D16: '0',
        D34: '0',
        F: 0,
        I: 0,
        I1: 0,
        I2: 0,
        I8: 0,
        U: '0000-00-00T00:00:00.0000000',
        SUB: {PARTN_ROLE: '', PARTN_NUMB: ''},
        ROWS: [],
      },
      CT_LINES: [],
    })
  })

  it('carries structures and tables', async () => {
    const {ECHOSTRUCT, RFCTABLE} = await seen('structureAndTable')

    assert.deepEqual(ECHOSTRUCT, row)
    assert.deepEqual(RFCTABLE, [row, {...row, RFCFLOAT: 2.23456789, RFCINT1: 2, RFCINT2: 3, RFCINT4: 346}])
  })

  it('carries all of Unicode, but nothing behind a NUL and no blanks at the end', async () => {
    const texts = await seen('characters')

    assert.deepEqual(texts, {
      kept: 'ünïcode 漢字 😀 "quoted" \\',
      loneSurrogate: 'a\ufffdb',
      behindNul: 'before',
      trailingBlanks: '  text',
      tooLong: 255,
    })
  })

  it('trims the end of a STRING too', async () => {
    const text = await seen('trailingBlanksOfAString')

    assert.equal(text, '  text')
  })

  it('cuts an INT8 to 32 bits', async () => {
    const number = await seen('int8')

    assert.equal(number, 705_032_704)
  })

  it('looks at no date', async () => {
    const dates = await seen('dates')

    assert.deepEqual(dates, {short: '2025', noDate: '20251399', notRead: '2025-01-'})
  })

  it('adds no leading zeros', async () => {
    const customers = await seen('leadingZeros')

    assert.deepEqual(customers, {without: {TYPE: 'E', ID: 'F2', NUMBER: '163'}, with: ''})
  })

  it('leaves out what is not requested', async () => {
    const values = await seen('notRequested')

    assert.deepEqual(values, {character: '', rows: 1})
  })

  it('says where an unknown field stands', async () => {
    const refusal = await seen('unknownField')

    assert.deepEqual(refusal, {
      name: 'RfcLibError',
      group: 5,
      code: 20,
      codeString: 'RFC_INVALID_PARAMETER',
      key: 'RFC_INVALID_PARAMETER',
      message: "field 'NOPE' not found",
      rfmPath: {rfm: 'STFC_STRUCTURE', parameter: 'RFCTABLE', table: 'RFCTABLE', table_line: 1},
    })
  })

  it('refuses an unknown parameter', async () => {
    const refusal = await seen('unknownParameter')

    assert.deepEqual(refusal, {
      name: 'RfcLibError',
      group: 5,
      code: 20,
      codeString: 'RFC_INVALID_PARAMETER',
      key: 'RFC_INVALID_PARAMETER',
      message: "field 'NOPE' not found",
      rfmPath: {rfm: 'STFC_CONNECTION', parameter: 'NOPE'},
    })
  })

  it('refuses numbers that are none or do not fit', async () => {
    const refusals = await seen('badNumbers')

    const ofTheAddon = {name: 'nodeRfcError', group: undefined, code: undefined}
    const ofTheLibrary = {name: 'RfcLibError', group: 5, code: 22}
    assert.deepEqual(refusals, {
      literal: {
        ...ofTheLibrary,
        message: 'Cannot convert string value 12x at position 2 for the field P to type RFCTYPE_BCD',
      },
      tooLarge: {...ofTheLibrary, message: 'rfcsim: overflow, 12345678 does not fit field P of type RFCTYPE_BCD'},
      digits: {...ofTheLibrary, message: 'rfcsim: non-digit at position 2 for the field N of type RFCTYPE_NUM'},
      fraction: {
        ...ofTheAddon,
        message: 'Integer number expected from NodeJS for ABAP field of type 8, got 1.5',
      },
      text: {...ofTheAddon, message: 'Integer number expected from NodeJS for ABAP field of type 8'},
      byte: {
        ...ofTheAddon,
        message: 'Overflow or other error when putting NodeJS value 256 into ABAP integer field of type 10',
      },
    })
  })

  it('reads 20,000 rows', async () => {
    const read = await seen('manyRows')

    assert.deepEqual(read, {
      count: 20_000,
      last: {
        ITM_NUMBER: '019999',
        MATERIAL: 'MAT-19999',
        TARGET_QTY: '19999.500',
        TARGET_QU: 'ST',
        SHORT_TEXT: 'Größe ✓',
        COND_VALUE: '1.000000000',
      },
      numberOfCalls: 2,
      hasCounted: true,
    })
  })
})
