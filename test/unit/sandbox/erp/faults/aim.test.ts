import assert from 'node:assert/strict'
import {aimOf, type Target} from '#lib/sandbox/erp/faults/aim.js'
import {type FaultInput, faultSchema} from '#lib/sandbox/erp/faults/fault.js'

function hits(fault: FaultInput, target: Partial<Target>): boolean {
  return aimOf(faultSchema.parse(fault))({...post, ...target})
}

const post: Target = {
  face: 'odata',
  method: 'POST',
  address: '/so/A_SalesOrder',
  body: '',
  does: ['write', 'commit'],
}
const invoke: Target = {face: 'rfc', method: 'INVOKE', address: 'BAPI_TRANSACTION_COMMIT', body: '', does: ['commit']}

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

  it('knows a whole reference in XML, too', () => {
    const fault: FaultInput = {kind: 'hang', reference: 'A&B'}

    assert.deepEqual(
      [hits(fault, {body: '<BELNR>A&amp;B</BELNR>'}), hits(fault, {body: '<BELNR>A&amp;BC</BELNR>'})],
      [true, false],
    )
  })

  it('spares reads from faults about booking, unless they are named', () => {
    const get: Partial<Target> = {method: 'GET', does: []}

    assert.deepEqual(
      [
        hits({kind: 'drop-before-commit'}, get),
        hits({kind: 'drop-before-commit', method: 'GET'}, get),
        hits({kind: 'unavailable'}, get),
      ],
      [false, true, true],
    )
  })

  it('strikes a booking over RFC where it belongs: messages in the BAPI, drops in its COMMIT', () => {
    const bapi: Target = {...invoke, address: 'BAPI_SALESORDER_CREATEFROMDAT2', does: ['write']}
    const read: Target = {...invoke, address: 'RFC_READ_TABLE', does: []}

    const hitsOf = (fault: FaultInput) => [bapi, invoke, read].map((target) => hits(fault, target))

    assert.deepEqual(hitsOf({kind: 'lock'}), [true, false, false])
    assert.deepEqual(hitsOf({kind: 'drop-after-commit'}), [false, true, false])
    assert.deepEqual(hitsOf({kind: 'drop-after-commit', method: 'INVOKE'}), [true, true, true])
    assert.deepEqual(hitsOf({kind: 'dump', path: '^RFC_'}), [false, false, true])
  })

  it('leaves the small talk of RFC alone unless it is named, and the logon to the faults that are about it', () => {
    const of = (method: string): Target => ({...invoke, method, address: '', does: []})

    const hitsOf = (fault: FaultInput) =>
      ['OPEN', 'DESCRIBE', 'INVOKE', 'PING', 'RESET'].filter((method) => hits(fault, of(method)))

    assert.deepEqual(hitsOf({kind: 'latency', ms: 1}), ['INVOKE'])
    assert.deepEqual(hitsOf({kind: 'hang', method: 'DESCRIBE'}), ['DESCRIBE'])
    assert.deepEqual(hitsOf({kind: 'unavailable'}), ['OPEN'])
    assert.deepEqual(hitsOf({kind: 'logon-refused'}), ['OPEN'])
    assert.deepEqual(hitsOf({kind: 'logon-refused', method: 'POST'}), [])
  })
})
