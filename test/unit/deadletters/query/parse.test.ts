import assert from 'node:assert/strict'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import {presentProblem} from '#lib/deadletters/query/present-problem.js'
import type {ParsedQuery, Term} from '#lib/deadletters/query/query.js'

const now = new Date('2026-11-22T12:00:00.000Z')

function termsOf(text: string): readonly Term[] {
  const query = parseLetterQuery(text, now)
  assert.equal(query.kind, 'query', JSON.stringify(query))
  return (query as ParsedQuery).terms
}

const openOnly: Term = {kind: 'word', field: 'state', isNegated: false, anyOf: [{kind: 'is', text: 'open'}]}
const word = (field: string, ...texts: string[]) =>
  ({kind: 'word', field, isNegated: false, anyOf: texts.map((text) => ({kind: 'is', text}))}) as Term
const id = '019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11'

describe('parseLetterQuery', () => {
  const readings: readonly (readonly [string, readonly Term[]])[] = [
    ['', []],
    ['flow:orders', [word('flow', 'orders')]],
    ['code:sap:V1/302', [word('code', 'sap:V1/302')]],
    ['code:http:503,net:ECONNRESET', [word('code', 'http:503', 'net:ECONNRESET')]],
    [
      'class:permanent executed:unknown stage:call',
      [word('class', 'permanent'), word('executed', 'unknown'), word('stage', 'call')],
    ],
    ['group:f-abc2345', [word('group', 'F-ABC2345')]],
    [`letter:${id.toUpperCase()} message:${id}`, [word('letter', id), word('message', id)]],
    ['  tag:x   -tag:y ', [word('tag', 'x'), {...word('tag', 'y'), isNegated: true}]],
    ['key:4711*', [{kind: 'word', field: 'key', isNegated: false, anyOf: [{kind: 'starts_with', text: '4711'}]}]],
    ['key:*', [{kind: 'word', field: 'key', isNegated: false, anyOf: [{kind: 'starts_with', text: ''}]}]],
    ['key:"a b"*', [{kind: 'word', field: 'key', isNegated: false, anyOf: [{kind: 'starts_with', text: 'a b'}]}]],
    ['key:"say \\"hi\\", \\\\o*"', [word('key', 'say "hi", \\o*')]],
    ['key:a\\*\\,b\\ c', [word('key', 'a*,b c')]],
    ['key:">5"', [word('key', '>5')]],
    ['text:"is locked",gesperrt', [{kind: 'text', isNegated: false, anyOf: ['is locked', 'gesperrt']}]],
    [
      'attempts:1,>=3',
      [
        {
          kind: 'attempts',
          isNegated: false,
          anyOf: [
            {operator: '=', number: 1},
            {operator: '>=', number: 3},
          ],
        },
      ],
    ],
    ['age:>1h', [{kind: 'died', isNegated: false, anyOf: [{operator: '<', time: new Date('2026-11-22T11:00:00Z')}]}]],
    [
      'age:<=30m',
      [{kind: 'died', isNegated: false, anyOf: [{operator: '>=', time: new Date('2026-11-22T11:30:00Z')}]}],
    ],
    ['since:2h', [{kind: 'died', isNegated: false, anyOf: [{operator: '>=', time: new Date('2026-11-22T10:00:00Z')}]}]],
    [
      'until:2026-11-20',
      [{kind: 'died', isNegated: false, anyOf: [{operator: '<', time: new Date('2026-11-20T00:00:00Z')}]}],
    ],
    [
      'died:>2026-11-20T08:30+01:00',
      [{kind: 'died', isNegated: false, anyOf: [{operator: '>', time: new Date('2026-11-20T07:30:00Z')}]}],
    ],
    [
      'payload.plant:DE01,DE02',
      [
        {
          kind: 'payload',
          path: ['plant'],
          isNegated: false,
          anyOf: [
            {kind: 'is', text: 'DE01'},
            {kind: 'is', text: 'DE02'},
          ],
        },
      ],
    ],
    [
      'payload.items.0."unit price":>=9.90',
      [
        {
          kind: 'payload',
          path: ['items', '0', 'unit price'],
          isNegated: false,
          anyOf: [{kind: 'number', operator: '>=', number: '9.90'}],
        },
      ],
    ],
    [
      'payload.day:<2026-01-31',
      [{kind: 'payload', path: ['day'], isNegated: false, anyOf: [{kind: 'date', operator: '<', date: '2026-01-31'}]}],
    ],
  ]
  for (const [text, terms] of readings) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(termsOf(text), [...terms, openOnly])
    })
  }

  it('adds no state where one is named, or refused', () => {
    assert.deepEqual(termsOf('state:replayed,open'), [word('state', 'replayed', 'open')])
    assert.deepEqual(termsOf('state:any'), [word('state', 'any')])
    assert.deepEqual(termsOf('-state:resolved'), [{...word('state', 'resolved'), isNegated: true}])
  })

  const problems: readonly (readonly [string, string])[] = [
    ['flwo:orders', 'There is no field "flwo". Did you mean "flow"?\n  flwo:orders\n  ^^^^'],
    [
      'flow:a paylod.plant:x',
      'There is no field "paylod.plant". Did you mean "payload.plant"?\n  flow:a paylod.plant:x\n         ^^^^^^^^^^^^',
    ],
    [
      'locked',
      '"locked" is not a term; a term is a field, a colon and a value. Did you mean "text:locked"?\n  locked\n  ^^^^^^',
    ],
    [
      'flow=a',
      '"flow=a" is not a term; a term is a field, a colon and a value. Did you mean "flow:a"?\n  flow=a\n  ^^^^^^',
    ],
    ['flow: code:x', 'A value is missing.\n  flow: code:x\n       ^'],
    ['flow:a,', 'A value is missing.\n  flow:a,\n         ^'],
    [':a', 'A name is missing before the colon.\n  :a\n  ^'],
    ['flow:a -', 'A term is missing after the minus.\n  flow:a -\n         ^'],
    ['key:"abc', 'This quote is not closed.\n  key:"abc\n      ^'],
    ['key:"a"b', 'A closing quote ends the value: go on with a space or a comma.\n  key:"a"b\n         ^'],
    ['key:a"b', 'A quote stands at the start of a value only; elsewhere write \\".\n  key:a"b\n       ^'],
    ['key:a*b', 'A * stands at the end of a value only; elsewhere write \\*.\n  key:a*b\n       ^'],
    ['key:a\\', 'Nothing follows this backslash.\n  key:a\\\n       ^'],
    ['key:>5', 'key cannot be compared; in quotes the sign is part of the value.\n  key:>5\n      ^^'],
    [
      'state:opne',
      'state is one of: open, replayed, resolved, died_again, discarded, any. Did you mean "open"?\n  state:opne\n        ^^^^',
    ],
    ['-state:any', 'No letter has no state.\n  -state:any\n         ^^^'],
    [
      'class:perm*',
      'class is one of: transient, throttled, conflict, config, permanent, in_doubt.\n  class:perm*\n        ^^^^^',
    ],
    ['attempts:many', 'attempts takes a whole number, e.g. attempts:>=3.\n  attempts:many\n           ^^^^'],
    ['age:1h', 'age is compared, so that its side is clear. Did you mean ">1h"?\n  age:1h\n      ^^'],
    ['age:>1x', 'age takes a length of time: 500ms, 30s, 2m, 1h or 7d. Did you mean ">1h"?\n  age:>1x\n      ^^^'],
    ['since:>2h', 'since says on which side already; leave > out. Did you mean "2h"?\n  since:>2h\n        ^^^'],
    [
      'until:2026-02-30',
      'until takes a moment such as 2026-11-22 or 2026-11-22T08:00Z, or how long ago: 30s, 2m, 1h or 7d. Did you mean "2h"?\n  until:2026-02-30\n        ^^^^^^^^^^',
    ],
    ['died:2h', 'died is compared, so that its side is clear. Did you mean ">=2h"?\n  died:2h\n       ^^'],
    ['group:F-1', 'This is not the id of a group. Did you mean "F-ABC2345"?\n  group:F-1\n        ^^^'],
    ['letter:7', 'This is not the id of a letter.\n  letter:7\n         ^'],
    ['text:""', 'There is nothing to look for.\n  text:""\n       ^^'],
    ['text:a*', 'text finds the words anywhere; leave the * out.\n  text:a*\n       ^^'],
    ['payload:x', 'payload names no field of the document. Did you mean "payload.<field>"?\n  payload:x\n  ^^^^^^^'],
    ['payload.a..b:x', 'A name is missing in the path.\n  payload.a..b:x\n  ^^^^^^^^^^^^'],
    [
      'payload.a:>b',
      'A comparison takes a number or a date; in quotes the sign is part of the value.\n  payload.a:>b\n            ^^',
    ],
    ['flow.x:a', 'There is no field "flow.x". Did you mean "flow"?\n  flow.x:a\n  ^^^^^^'],
  ]
  for (const [text, wanted] of problems) {
    it(`refuses ${JSON.stringify(text)} with its place`, () => {
      const problem = parseLetterQuery(text, now)

      assert.ok(problem.kind === 'problem')
      assert.equal(presentProblem(text, problem), wanted)
    })
  }

  it('refuses what no query can be', () => {
    const endless = parseLetterQuery(`flow:${'a'.repeat(20_000)}`, now)
    const unfit = parseLetterQuery('key:a\u0000b', now)

    assert.deepEqual([endless.kind, unfit.kind], ['problem', 'problem'])
  })

  it('shows the neighbourhood alone where a query is long', () => {
    const text = `key:${'a'.repeat(500)} flwo:x ${'key:b '.repeat(50)}`
    const problem = parseLetterQuery(text, now)

    assert.ok(problem.kind === 'problem')
    const lines = presentProblem(text, problem).split('\n')
    assert.deepEqual(lines[2], `  ${' '.repeat(60)}^^^^`)
    assert.ok((lines[1] ?? '').length < 140)
  })
})
