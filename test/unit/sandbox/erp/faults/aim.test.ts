import assert from 'node:assert/strict'
import {aimOf, type Target} from '#lib/sandbox/erp/faults/aim.js'
import {type FaultInput, faultSchema} from '#lib/sandbox/erp/faults/fault.js'

function hits(fault: FaultInput, target: Partial<Target>): boolean {
  return aimOf(faultSchema.parse(fault))({method: 'POST', address: '/so/A_SalesOrder', body: '', ...target})
}

describe('aimOf', () => {
  it('asks method, path and body all at once', () => {
    const fault: FaultInput = {kind: 'hang', method: 'POST', path: 'A_SalesOrder$', body: '"OR"'}

    assert.deepEqual(
      [
        hits(fault, {body: '{"SalesOrderType":"OR"}'}),
        hits(fault, {body: '{"SalesOrderType":"RE"}'}),
        hits(fault, {body: '"OR"', address: '/so/A_Product'}),
        hits(fault, {body: '"OR"', method: 'PUT'}),
      ],
      [true, false, false, false],
    )
  })

  it('knows a whole reference from the beginning of another', () => {
    const fault: FaultInput = {kind: 'hang', reference: "O'N-1"}

    assert.deepEqual(
      [
        hits(fault, {body: JSON.stringify({PurchaseOrderByCustomer: "O'N-1"})}),
        hits(fault, {body: JSON.stringify({PurchaseOrderByCustomer: "O'N-10"})}),
        hits(fault, {method: 'GET', address: "/so/A_SalesOrder?$filter=PurchaseOrderByCustomer eq 'O''N-1'"}),
        hits(fault, {method: 'GET', address: "/so/A_SalesOrder?$filter=PurchaseOrderByCustomer eq 'O''N-10'"}),
      ],
      [true, false, true, false],
    )
  })

  it('spares reads from faults about booking, unless they are named', () => {
    const get = {method: 'GET'}

    assert.deepEqual(
      [
        hits({kind: 'drop-before-commit'}, get),
        hits({kind: 'drop-before-commit', method: 'GET'}, get),
        hits({kind: 'unavailable'}, get),
      ],
      [false, true, true],
    )
  })
})
