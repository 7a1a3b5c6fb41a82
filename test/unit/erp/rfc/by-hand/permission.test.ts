import assert from 'node:assert/strict'
import {mayRead, mayWrite} from '#lib/erp/rfc/by-hand/permission.js'

describe('mayRead', () => {
  const allowed = (names: readonly string[], read?: string[]) => names.filter((name) => mayRead(name, {read}))

  it('knows functions of SAP that read', () => {
    const names = ['RFC_PING', 'RFC_READ_TABLE', 'BAPI_CUSTOMER_GETDETAIL2', 'BAPI_MATERIAL_GETLIST']

    assert.deepEqual(allowed(names), names)
  })

  it('takes no other function for one that reads', () => {
    const names = [
      'BAPI_SALESORDER_CREATEFROMDAT2',
      'BAPI_TRANSACTION_COMMIT',
      'BAPI_CUSTOMER_CHANGEFROMDATA1',
      'Z_BAPI_X_GETDETAIL',
      'RFC_ABAP_INSTALL_AND_RUN',
    ]

    assert.deepEqual(allowed(names), [])
  })

  it('takes those that the configuration names too, in upper or lower case', () => {
    assert.deepEqual(allowed(['Z_STOCK_READ', 'Z_STOCK_POST'], ['z_*_read']), ['Z_STOCK_READ'])
  })
})

describe('mayWrite', () => {
  it('lets only those book that the configuration names', () => {
    const byHand = {read: ['Z_READ'], write: ['BAPI_SALESORDER_*']}
    const names = ['BAPI_SALESORDER_CHANGE', 'Z_READ', 'RFC_PING', 'BAPI_CUSTOMER_GETDETAIL']

    assert.deepEqual(
      names.filter((name) => mayWrite(name, byHand)),
      ['BAPI_SALESORDER_CHANGE'],
    )
    assert.equal(mayWrite('BAPI_SALESORDER_CHANGE', undefined), false)
  })
})
