import assert from 'node:assert/strict'
import {findCutShort, nestOf, projectV2, projectV4} from '#lib/erp/odata/nest.js'

const bodies = [
  {Partner: 'X', to_Item: [{Material: 'A', to_Line: {results: [{Day: 1}]}}, {Text: 'B'}]},
  {Partner: 'Y', Day: '2026-01-01', to_Item: []},
]

describe('nestOf', () => {
  it('gathers what all bodies name, for V2 as paths and for V4 nested', () => {
    const nest = nestOf(bodies)

    assert.deepEqual(projectV2(nest), [
      '$select=Partner,Day,to_Item/Material,to_Item/Text,to_Item/to_Line/Day',
      '$expand=to_Item,to_Item/to_Line',
    ])
    assert.deepEqual(projectV4(nest), [
      '$select=Partner,Day',
      '$expand=to_Item($select=Material,Text;$expand=to_Line($select=Day))',
    ])
  })

  it('asks for all of what nobody names a part of', () => {
    assert.deepEqual(projectV2(nestOf([{Partner: 'X', to_Item: []}])), ['$select=Partner,to_Item', '$expand=to_Item'])
    assert.deepEqual(projectV4(nestOf([{to_Item: []}])), ['$expand=to_Item'])
    assert.deepEqual([projectV2(nestOf([{}])), projectV4(nestOf([{}]))], [[], []])
  })
})

describe('findCutShort', () => {
  it('names the list that came only in part', () => {
    assert.equal(findCutShort({to_Item: {results: [{a: 1}], __next: 'x'}}), 'to_Item')
    assert.equal(findCutShort({_Item: [{'_Line@odata.nextLink': 'x'}]}), '_Item/_Line')
    assert.equal(
      findCutShort({__metadata: {uri: 'x'}, to_Item: {results: [{a: 1}]}, to_Text: {__deferred: {}}}),
      undefined,
    )
  })
})
