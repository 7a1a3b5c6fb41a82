import assert from 'node:assert/strict'
import {compileProgram} from '#lib/erp/jsonata.js'
import {alpha, decimal, sapDate, sapTime} from '#lib/erp/sap-values.js'

describe('alpha', () => {
  it('fills numbers with zeros, and leaves what is none', () => {
    assert.deepEqual(
      [alpha('100001', 10), alpha(7, 3), alpha('000012', 4), alpha('USCU_S01', 10), alpha('', 4), alpha(' 12 ', 4)],
      ['0000100001', '007', '0012', 'USCU_S01', '', '0012'],
    )
  })

  it('never shortens a number: the field will say that it is too long', () => {
    assert.equal(alpha('12345', 4), '12345')
  })
})

describe('sapDate', () => {
  it('takes the day of a date or a time as it stands there', () => {
    assert.deepEqual(['2024-02-29', '2025-01-31T23:30:00-05:00'].map(sapDate), ['20240229', '20250131'])
  })

  it('refuses what is no day', () => {
    for (const text of ['2023-02-29', '31.01.2025', '2025-1-31', '']) {
      assert.throws(() => sapDate(text), {name: 'RangeError', message: `"${text}" is no ISO date such as 2025-01-31`})
    }
  })
})

describe('sapTime', () => {
  it('takes the time of day as it stands there', () => {
    assert.deepEqual(['23:59:59', '07:05', '2025-01-31T12:30:15.25+02:00'].map(sapTime), ['235959', '070500', '123015'])
  })

  it('refuses what is no time', () => {
    for (const text of ['24:30:00', '7:05', '2025-01-31']) assert.throws(() => sapTime(text), RangeError)
  })
})

describe('decimal', () => {
  it('writes as many places as are wanted, and rounds nothing', () => {
    assert.deepEqual(
      [decimal(2, 3), decimal('-1.5', 2), decimal('007.1000', 1), decimal('0.10', 2), decimal(3, 0)],
      ['2.000', '-1.50', '7.1', '0.10', '3'],
    )
    assert.throws(() => decimal('1.005', 2), RangeError)
    assert.throws(() => decimal('1,5', 2), RangeError)
  })
})

describe('a mapping', () => {
  const evaluate = async (source: string) => {
    const program = compileProgram(source)
    if (typeof program !== 'function') assert.fail(program.message)
    return program({number: '4711', at: '2025-01-31T12:30:00Z', price: '4.5'})
  }

  it('knows the forms of SAP’s values', async () => {
    assert.deepEqual(await evaluate('[$alpha(number, 10), $sapDate(at), $sapTime(at), $decimal(price, 2)]'), {
      ok: true,
      result: ['0000004711', '20250131', '123000', '4.50'],
    })
  })

  it('leaves out what is not there', async () => {
    assert.deepEqual(await evaluate('{"A": missing ? $sapDate(missing), "B": 1}'), {ok: true, result: {B: 1}})
  })

  it('fails for good on a value that has no such form', async () => {
    const evaluation = await evaluate('$sapDate(number)')

    assert.deepEqual(!evaluation.ok && evaluation.failure, {
      class: 'permanent',
      executed: 'no',
      code: 'map:error',
      text: '"4711" is no ISO date such as 2025-01-31',
      stage: 'map',
    })
  })
})
