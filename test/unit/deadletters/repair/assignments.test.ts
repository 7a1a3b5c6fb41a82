import assert from 'node:assert/strict'
import {assign, readAssignment} from '#lib/deadletters/repair/assignments.js'

describe('readAssignment', () => {
  it('takes JSON for what it is, and anything else for text', () => {
    const read = ['a=1', 'a="1"', 'a=null', 'a={"b":[true]}', 'a=DE01', 'a=', 'a=x=y', '/a/b=2'].map(readAssignment)

    assert.deepEqual(
      read.map((assignment) => (assignment?.kind === 'set' ? [assignment.path, assignment.value] : undefined)),
      [
        ['a', 1],
        ['a', '1'],
        ['a', null],
        ['a', {b: [true]}],
        ['a', 'DE01'],
        ['a', ''],
        ['a', 'x=y'],
        ['/a/b', 2],
      ],
    )
  })

  it('needs a path and a value', () => {
    assert.deepEqual(['a', '=1', ''].map(readAssignment), [undefined, undefined, undefined])
  })
})

describe('assign', () => {
  const document = {items: [{sku: 'A'}, {sku: 'B'}], 'x.y': 1, __proto__: {}}

  it('replaces, adds and takes away, by dots or by JSON pointers', () => {
    const corrected = assign(document, [
      {kind: 'set', path: 'items.0.sku', value: 'C'},
      {kind: 'set', path: '/items/1/plant', value: 'DE01'},
      {kind: 'set', path: 'items.-', value: {sku: 'D'}},
      {kind: 'unset', path: '/x.y'},
    ])

    assert.deepEqual(corrected, {
      ok: true,
      document: {items: [{sku: 'C'}, {sku: 'B', plant: 'DE01'}, {sku: 'D'}]},
    })
  })

  it('says what has no place to go to, or is not there to be taken away', () => {
    const refused = [
      assign(document, [{kind: 'set', path: 'nope.deeper', value: 1}]),
      assign(document, [{kind: 'unset', path: 'nope'}]),
      assign(document, [{kind: 'set', path: 'items.7', value: 1}]),
    ]

    assert.deepEqual(refused, [
      {ok: false, why: 'nope.deeper cannot be set: operation 1 (add /nope/deeper): there is nothing to add it to'},
      {ok: false, why: 'nope cannot be unset: operation 1 (remove /nope): there is nothing at this place'},
      {ok: false, why: 'items.7 cannot be set: operation 1 (add /items/7): the list is not that long'},
    ])
  })
})
