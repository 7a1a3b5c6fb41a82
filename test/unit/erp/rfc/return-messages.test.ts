import assert from 'node:assert/strict'
import {errorsAmong, readMessages} from '#lib/erp/rfc/return-messages.js'

describe('readMessages', () => {
  it('reads rows of a table, and one structure', () => {
    const row = {TYPE: 'S', ID: 'V1', NUMBER: '311', MESSAGE: 'saved '}
    const read = [{type: 'S', code: 'V1/311', text: 'saved'}]

    assert.deepEqual(readMessages({RETURN: [row]}, 'RETURN'), read)
    assert.deepEqual(readMessages({ET_RETURN: row}, 'ET_RETURN'), read)
  })

  it('reads the older form, with class and number in one field', () => {
    assert.deepEqual(readMessages({RETURN: {TYPE: 'E', CODE: 'V1302', MESSAGE: 'none'}}, 'RETURN'), [
      {type: 'E', code: 'V1/302', text: 'none'},
    ])
  })

  it('takes an initial structure, or none at all, for no message', () => {
    const initial = {TYPE: '', ID: '', NUMBER: '000', MESSAGE: ''}

    assert.deepEqual([readMessages({RETURN: initial}, 'RETURN'), readMessages({}, 'RETURN')], [[], []])
  })
})

describe('errorsAmong', () => {
  it('are those of type E, A and X, in capitals or not', () => {
    const rows = ['', 'S', 'I', 'W', 'E', 'A', 'X', 'a'].map((TYPE) => ({TYPE, ID: 'V1', NUMBER: '001', MESSAGE: ''}))

    const errors = errorsAmong(readMessages({RETURN: rows}, 'RETURN'))

    assert.deepEqual(
      errors.map(({type}) => type),
      ['E', 'A', 'X', 'A'],
    )
  })
})
