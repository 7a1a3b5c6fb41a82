import assert from 'node:assert/strict'
import {applyPatch, differencesBetween, patchBetween, readPatch} from '#lib/deadletters/repair/json-patch.js'

const none = {kind: 'none'} as const

describe('readPatch', () => {
  it('takes all operations of RFC 6902', () => {
    const patch = [
      {op: 'test', path: '/a', value: null},
      {op: 'add', path: '/b/-', value: {c: [1]}},
      {op: 'replace', path: '', value: 1},
      {op: 'remove', path: '/x~1y/~0z'},
      {op: 'move', from: '/a', path: '/b'},
      {op: 'copy', from: '/a', path: '/b'},
    ]

    assert.deepEqual(readPatch(patch), patch)
  })

  it('says which operation is none', () => {
    const problems = [
      [],
      {op: 'add'},
      [{op: 'add', path: 'a', value: 1}],
      [{op: 'test', path: '/a'}],
      [
        {op: 'remove', path: '/a'},
        {op: '_get', path: '/a'},
      ],
      [{op: 'move', path: '/a'}],
      [{op: 'remove', path: '/a~2'}],
    ].map((value) => readPatch(value))

    assert.deepEqual(
      problems.map((read) => ('problem' in read ? (/^operation \d/.exec(read.problem)?.[0] ?? 'all of it') : 'read')),
      ['all of it', 'all of it', 'operation 1', 'operation 1', 'operation 2', 'operation 1', 'operation 1'],
    )
  })
})

describe('applyPatch', () => {
  const document = {a: {b: [1, 2, 3]}, 'x/y': 1}

  it('carries all operations out, one after the other, and leaves the document as it is', () => {
    const corrected = applyPatch(document, [
      {op: 'replace', path: '/x~1y', value: 2},
      {op: 'add', path: '/a/b/1', value: 9},
      {op: 'move', from: '/a/b/0', path: '/first'},
      {op: 'copy', from: '/a', path: '/c'},
      {op: 'add', path: '/c/b/-', value: 4},
    ])

    assert.deepEqual(corrected, {
      ok: true,
      document: {a: {b: [9, 2, 3]}, 'x/y': 2, first: 1, c: {b: [9, 2, 3, 4]}},
    })
    assert.deepEqual(document, {a: {b: [1, 2, 3]}, 'x/y': 1})
  })

  it('gives the values of a patch to each document anew', () => {
    const patch = [
      {op: 'add', path: '/list', value: []},
      {op: 'add', path: '/list/-', value: 1},
    ] as const

    const first = applyPatch({}, patch)
    const second = applyPatch({}, patch)

    assert.deepEqual([first, second], Array(2).fill({ok: true, document: {list: [1]}}))
  })

  it('carries nothing out if one of them cannot be, and says which, without the document', () => {
    const reasons = (
      [
        {op: 'test', path: '/a/b/0', value: 2},
        {op: 'replace', path: '/nope', value: 1},
        {op: 'remove', path: '/a/b/9'},
        {op: 'add', path: '/a/b/9', value: 1},
        {op: 'add', path: '/a/b/x', value: 1},
        {op: 'copy', from: '/nope', path: '/c'},
        {op: 'add', path: '/nope/c', value: 1},
        {op: 'add', path: '/__proto__/polluted', value: 1},
        {op: 'add', path: '/constructor/prototype/polluted', value: 1},
      ] as const
    ).map((step) => {
      const corrected = applyPatch(document, [{op: 'remove', path: '/x~1y'}, step])
      return corrected.ok ? 'done' : corrected.why
    })

    assert.deepEqual(reasons, [
      'operation 2 (test /a/b/0): the value there is another one',
      'operation 2 (replace /nope): there is nothing at this place',
      'operation 2 (remove /a/b/9): there is nothing at this place',
      'operation 2 (add /a/b/9): the list is not that long',
      'operation 2 (add /a/b/x): a place in a list is a number, or - for its end',
      'operation 2 (copy /c): there is nothing at the place it takes from',
      'operation 2 (add /nope/c): there is nothing to add it to',
      'operation 2 (add /__proto__/polluted): cannot be carried out',
      'operation 2 (add /constructor/prototype/polluted): there is nothing at this place',
    ])
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })
})

describe('patchBetween', () => {
  it('makes one document of the other', () => {
    const pairs: readonly (readonly [unknown, unknown])[] = [
      [
        {items: [{a: 1}, {a: 2}], x: 1},
        {items: [{a: 1}, {a: 3}, {a: 4}], y: null},
      ],
      [{items: [1, 2, 3]}, {items: []}],
      [{a: {b: 1}}, [1]],
      [1, {a: 1}],
      ['x', 'y'],
      [{a: 1}, {a: 1}],
    ]

    for (const [before, after] of pairs) {
      assert.deepEqual(applyPatch(before, patchBetween(before, after)), {ok: true, document: after})
    }
  })
})

describe('differencesBetween', () => {
  it('tells each place with what was and what is there', () => {
    const before = {items: [{sku: 'A'}, {sku: 'B'}], note: 'x'}
    const after = {items: [{sku: 'C'}], plant: 'DE01'}

    assert.deepEqual(differencesBetween(before, after, none), [
      {path: '/items/0/sku', before: 'A', after: 'C'},
      {path: '/items/1', before: {sku: 'B'}},
      {path: '/note', before: 'x'},
      {path: '/plant', after: 'DE01'},
    ])
  })

  it('masks all of it where nobody knows what is personal', () => {
    assert.deepEqual(differencesBetween({a: {b: 'Ada'}}, {a: {b: 'Bob'}}, {kind: 'unknown'}), [
      {path: '/a/b', before: '***', after: '***'},
    ])
  })
})
