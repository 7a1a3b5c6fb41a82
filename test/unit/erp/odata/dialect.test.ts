import assert from 'node:assert/strict'
import {dialectOf} from '#lib/erp/odata/dialect.js'

const order = {
  SalesOrderType: 'OR',
  TotalNetAmount: 12.5,
  IsBlocked: false,
  Note: null,
  to_Item: [{Material: 'TG10', RequestedQuantity: 3, to_Text: [{Language: 'EN'}]}],
  to_Partner: {results: [{Customer: 'USCU_S01', Share: 100}]},
  to_Header: {Weight: 0.5},
}

describe('dialectOf', () => {
  it('writes V2 lists as results and numbers as text, all the way down', () => {
    assert.deepEqual(dialectOf('v2').encode(order), {
      SalesOrderType: 'OR',
      TotalNetAmount: '12.5',
      IsBlocked: false,
      Note: null,
      to_Item: {results: [{Material: 'TG10', RequestedQuantity: '3', to_Text: {results: [{Language: 'EN'}]}}]},
      to_Partner: {results: [{Customer: 'USCU_S01', Share: '100'}]},
      to_Header: {Weight: '0.5'},
    })
  })

  it('writes V4 as it is', () => {
    assert.equal(dialectOf('v4').encode(order), order)
  })

  it('reads entities, lists and ETags of both versions', () => {
    const entity = {SalesOrder: '1', __metadata: {etag: 'W/"1"'}, '@odata.etag': 'W/"4"'}
    const [v2, v4] = [dialectOf('v2'), dialectOf('v4')]

    assert.deepEqual(v2.readEntity({d: entity}), entity)
    assert.deepEqual(v2.readCollection({d: {results: [entity]}}), [entity])
    assert.deepEqual(v2.readCollection({d: [entity]}), [entity])
    assert.equal(v2.etagOf(entity), 'W/"1"')
    assert.deepEqual(v4.readEntity(entity), entity)
    assert.deepEqual(v4.readCollection({value: [entity]}), [entity])
    assert.equal(v4.etagOf(entity), 'W/"4"')
  })

  it('takes nothing else for a list, so that it cannot pass for an empty one', () => {
    for (const json of [undefined, null, '', [], {}, {d: null}, {d: {}}, {d: {results: null}}, {d: {results: ['x']}}]) {
      assert.equal(dialectOf('v2').readCollection(json), undefined)
      assert.equal(dialectOf('v4').readCollection(json), undefined)
    }
  })
})
