import assert from 'node:assert/strict'
import {isSettled, planAmendment} from '#lib/erp/odata/amendment.js'
import type {Entity} from '#lib/erp/odata/dialect.js'

const names = {fixed: ['SalesOrder', 'Reference'], childKey: () => 'Item'}
const plan = (mapped: Entity, held: Entity) => planAmendment(mapped, held, names)
const item = (number: string, quantity: number | string, rest: Entity = {}): Entity => ({
  Item: number,
  Quantity: quantity,
  ...rest,
})

describe('planAmendment', () => {
  it('finds nothing where SAP holds the state, in other spellings and another order of the items', () => {
    const mapped = {
      Reference: 'A-1',
      Partner: 'X',
      Note: null,
      Day: '/Date(1767225600000)/',
      to_Item: [item('10', '2'), item('20', 5)],
    }
    const held = {
      Reference: 'a-1',
      SalesOrder: '1',
      Partner: 'X',
      Note: '',
      Day: '2026-01-01T00:00:00Z',
      to_Item: [item('000020', 5, {Net: 1}), item('000010', 2)],
    }

    const amendment = plan(mapped, held)

    assert.deepEqual(amendment, {changed: {}, children: [], obstacle: null})
    assert.equal(isSettled(amendment), true)
  })

  it('names what differs in the header, but for what is fixed or not mapped', () => {
    const amendment = plan(
      {Reference: 'A-1', SalesOrder: '9', Partner: 'X', Left: undefined},
      {Reference: 'B', Partner: 'Y', Other: 1},
    )

    assert.deepEqual(amendment, {changed: {Partner: 'X'}, children: [], obstacle: null})
    assert.equal(isSettled(amendment), false)
  })

  it('matches items by their key: changed, added and removed', () => {
    const mapped = {to_Item: [item('10', 2), item('20', 5, {Text: 'new'}), item('40', 1)]}
    const held = {to_Item: [item('30', 9), item('20', 5, {Text: 'old'}), item('10', 2)]}

    const {children} = plan(mapped, held)

    assert.deepEqual(children, [
      {
        navigation: 'to_Item',
        changed: [{at: 1, properties: {Text: 'new'}}],
        added: [item('40', 1)],
        removed: [0],
      },
    ])
  })

  it('reads the lists of V2 as those of V4', () => {
    const {children} = plan({to_Item: {results: [item('10', 2)]}}, {to_Item: []})

    assert.deepEqual(children, [{navigation: 'to_Item', changed: [], added: [item('10', 2)], removed: []}])
  })

  for (const [what, mapped, held, reason] of [
    ['items without their key', {to_Item: [{Quantity: 1}]}, {to_Item: [item('10', 2)]}, /mapped without Item/],
    ['two items with one key', {to_Item: [item('10', 1), item('010', 2)]}, {to_Item: []}, /two entities with one Item/],
    ['one entity in place of a list', {to_Item: item('10', 1)}, {to_Item: item('10', 2)}, /is no list of entities/],
    ['a list that SAP does not have', {to_Item: [item('10', 1)]}, {}, /is no list of entities/],
    [
      'what is nested in an item',
      {to_Item: [item('10', 1, {to_Line: [{Day: 1}]})]},
      {to_Item: [item('10', 1, {to_Line: [{Day: 2}]})]},
      /to_Item 10 differs in to_Line/,
    ],
  ] as const) {
    it(`leaves ${what} to a person`, () => {
      const amendment = plan(mapped, held)

      assert.match(amendment.obstacle ?? '', reason)
      assert.equal(isSettled(amendment), false)
    })
  }

  it('needs no keys where nothing differs', () => {
    assert.equal(isSettled(plan({to_Item: [{Quantity: 1}]}, {to_Item: [{Item: '10', Quantity: 1}]})), true)
  })
})
