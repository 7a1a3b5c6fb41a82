import assert from 'node:assert/strict'
import {stripVTControlCharacters} from 'node:util'
import {renderTable} from '#lib/output/table.js'

describe('renderTable', () => {
  it('lines columns up without frames, colours or blanks at the end of a line', () => {
    const table = renderTable(
      ['FLOW', {title: 'DEPTH', align: 'right'}, 'NOTE'],
      [
        ['sales-order', '7', ''],
        ['invoice', '12000', 'paused'],
      ],
    )

    assert.equal(
      stripVTControlCharacters(table),
      ['FLOW         DEPTH  NOTE', 'sales-order      7', 'invoice      12000  paused'].join('\n'),
    )
  })

  it('shows the titles alone where there are no rows', () => {
    assert.equal(stripVTControlCharacters(renderTable(['FLOW', 'DEPTH'], [])), 'FLOW  DEPTH')
  })
})
