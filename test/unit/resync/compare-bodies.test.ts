import assert from 'node:assert/strict'
import type {ResyncSettings} from '#lib/config/resync.js'
import {type Body, compareBodies} from '#lib/resync/compare-bodies.js'
import {openFieldFilter, pathText} from '#lib/resync/field-filter.js'

const compare = (mapped: Body, held: Body, settings: Partial<ResyncSettings> = {}) =>
  compareBodies(mapped, held, {
    filter: openFieldFilter({ignore: [], ...settings}, 'Reference'),
    itemKey: (navigation) => (navigation === 'to_Item' ? 'Item' : 'Line'),
  }).map(({path, expected, inSap}) => [pathText(path), expected, inSap])

describe('compareBodies', () => {
  it('finds nothing where SAP writes the same otherwise', () => {
    const mapped = {
      Reference: 'A/1',
      Note: undefined,
      Text: '',
      Quantity: '2',
      Day: '/Date(1772409600000)/',
      to_Item: [{Item: '10', Material: 'TG10'}],
    }
    const held = {
      Reference: 'B/1',
      Note: 'theirs',
      Text: null,
      Quantity: 2,
      Day: '2026-03-02T00:00:00Z',
      to_Item: [{Item: '000010', Material: 'TG10', More: 'x'}],
      More: 'y',
    }

    assert.deepEqual(compare(mapped, held), [])
  })

  it('names fields of the header and of items by the key of the item, whatever their order', () => {
    const mapped = {
      Party: 'A',
      to_Item: [
        {Item: '10', Quantity: '1'},
        {Item: '20', Quantity: '2'},
      ],
    }
    const held = {
      Party: 'B',
      to_Item: [
        {Item: '20', Quantity: 3},
        {Item: '10', Quantity: 1},
      ],
    }

    assert.deepEqual(compare(mapped, held), [
      ['/Party', 'A', 'B'],
      ['/to_Item/20/Quantity', '2', 3],
    ])
  })

  it('tells items that are missing from those that are too many', () => {
    const mapped = {to_Item: [{Item: '10', Quantity: '1'}]}
    const held = {to_Item: {results: [{Item: '30', Quantity: 3}]}}

    assert.deepEqual(compare(mapped, held), [
      ['/to_Item/10', {Item: '10', Quantity: '1'}, null],
      ['/to_Item/30', null, {Item: '30', Quantity: 3}],
    ])
  })

  it('goes as deep as the mapping nests', () => {
    const mapped = {to_Item: [{Item: '10', to_Line: [{Line: '1', Text: 'a'}]}]}
    const held = {to_Item: [{Item: '10', to_Line: [{Line: '1', Text: 'b'}]}]}

    assert.deepEqual(compare(mapped, held), [['/to_Item/10/to_Line/1/Text', 'a', 'b']])
  })

  it('takes items without a key one after the other', () => {
    const mapped = {to_Item: [{Quantity: '1'}, {Quantity: '2'}]}
    const held = {to_Item: [{Quantity: 1}, {Quantity: 3}]}

    assert.deepEqual(compare(mapped, held), [['/to_Item/[1]/Quantity', '2', 3]])
  })

  describe('keeps to the fields of the flow', () => {
    const mapped = {Reference: 'A', Party: 'A', to_Item: [{Item: '10', Quantity: '1', Text: 'a'}]}
    const held = {Reference: 'B', Party: 'B', to_Item: [{Item: '10', Quantity: 2, Text: 'b'}, {Item: '20'}]}
    const paths = (settings: Partial<ResyncSettings>) => compare(mapped, held, settings).map(([path]) => path)

    it('compares all but the reference', () => {
      assert.deepEqual(paths({}), ['/Party', '/to_Item/10/Quantity', '/to_Item/10/Text', '/to_Item/20'])
    })

    it('compares what is named, with what is under it, the reference too', () => {
      assert.deepEqual(paths({fields: ['/Reference']}), ['/Reference'])
      assert.deepEqual(paths({fields: ['/to_Item']}), ['/to_Item/10/Quantity', '/to_Item/10/Text', '/to_Item/20'])
      assert.deepEqual(paths({fields: ['/to_Item/*/Quantity']}), ['/to_Item/10/Quantity', '/to_Item/20'])
    })

    it('leaves out what is ignored', () => {
      assert.deepEqual(paths({ignore: ['/to_Item/*/Text', '/Party']}), ['/to_Item/10/Quantity', '/to_Item/20'])
      assert.deepEqual(paths({ignore: ['/to_Item']}), ['/Party'])
    })
  })
})
