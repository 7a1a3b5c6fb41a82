import assert from 'node:assert/strict'
import {readSapMessages} from '#lib/erp/odata/sap-messages.js'

describe('readSapMessages', () => {
  it('reads the V2 header with its details', () => {
    const header = {
      code: 'V1/555',
      message: 'Check the date',
      severity: 'warning',
      target: '',
      details: [{code: 'V4/233', message: 'Saved', severity: 'info'}],
    }

    assert.deepEqual(readSapMessages(new Headers({'sap-message': JSON.stringify(header)})), [
      {code: 'V1/555', text: 'Check the date', severity: 'warning'},
      {code: 'V4/233', text: 'Saved', severity: 'info'},
    ])
  })

  it('reads the V4 header', () => {
    const header = [
      {code: 'V1/555', message: 'Check the date', numericSeverity: 3},
      {code: 'V1/556', message: 'Not saved', numericSeverity: 4},
    ]

    assert.deepEqual(readSapMessages(new Headers({'sap-messages': JSON.stringify(header)})), [
      {code: 'V1/555', text: 'Check the date', severity: 'warning'},
      {code: 'V1/556', text: 'Not saved', severity: 'error'},
    ])
  })

  it('doubts no success for a header it cannot read', () => {
    for (const header of ['', 'saved', '{"code":', '7', 'null']) {
      assert.deepEqual(readSapMessages(new Headers({'sap-message': header})), [])
    }
  })
})
