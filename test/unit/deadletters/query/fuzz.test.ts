import assert from 'node:assert/strict'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import {seededRandom} from '#lib/sandbox/erp/faults/random.js'

const now = new Date('2026-11-22T12:00:00.000Z')
const later = new Date('2027-03-04T05:06:07.089Z')

describe('the query language', function () {
  this.timeout(30_000)

  it('takes 100,000 strange texts without a crash, and nothing of them into the SQL', () => {
    const random = seededRandom(20_261_122)
    const next: Next = (below) => Math.floor(random() * below)
    let queries = 0
    for (let count = 0; count < 100_000; count += 1) {
      const text = strangeText(next)
      const query = parseLetterQuery(text, now)
      if (query.kind === 'problem') {
        assert.ok(query.column >= 1 && query.column <= text.length + 1 && query.length >= 1, text)
        continue
      }
      queries += 1
      const {where, values} = toSql(query)
      assert.deepEqual(foreignTokens(where), [], text)
      const placeholders = new Set([...where.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))
      assert.deepEqual(
        [...placeholders].toSorted((a, b) => a - b),
        values.map((_, index) => index + 1),
        text,
      )
      const resolved = resolvedText(query)
      assert.deepEqual(parseLetterQuery(resolved, later), query, `${text} -> ${resolved}`)
    }
    assert.ok(queries > 20_000, `only ${queries} of the texts were queries`)
  })
})

/** What is in the SQL beside its constants and the numbers of its parameters. */
function foreignTokens(where: string): readonly string[] {
  return (where.match(/\$\d+|'[^']*'|[\w.]+|[^\s\w]/g) ?? []).filter(
    (token) => !/^\$\d+$/.test(token) && !constants.has(token),
  )
}

const constants = new Set(
  [
    'l.flow l.code l.class l.executed l.stage l.state l.business_key l.group_id l.tags l.message_id l.id l.text l.attempt l.died_at',
    'm.payload true and or not is null any like ilike exists select from unnest as t tag where t.tag case when then end collate',
    'text integer timestamptz uuid numeric C',
    `' ( ) [ ] = < > : # ~ & "`,
    `'{}' '^-?[0-9]{1,30}([.][0-9]{1,30})?$' '^[0-9]{4}-[0-9]{2}-[0-9]{2}'`,
  ].flatMap((line) => line.split(' ')),
)

type Next = (below: number) => number

/** Pieces of the language, of SQL and of nothing, at random. */
function strangeText(next: Next): string {
  const pick = (from: readonly string[]): string => from[next(from.length)] ?? ''
  const value = (): string => {
    switch (next(8)) {
      case 0:
        return `"${pick(nasty)}${pick(values)}"${pick(['', '', '*'])}`
      case 1:
        return pick(operators) + pick(values)
      case 2:
        return Array.from({length: next(12)}, () =>
          String.fromCodePoint(next(4) === 0 ? next(0xd8_00) : 32 + next(95)),
        ).join('')
      case 3:
        return `${pick(nasty)}${pick(values)}`
      default:
        return pick(values) + pick(['', '', '', '*'])
    }
  }
  const term = (): string => {
    if (next(10) === 0) return value()
    const alternatives = Array.from({length: 1 + next(2)}, value)
    return `${pick(['', '', '', '-'])}${pick(names)}:${alternatives.join(',')}`
  }
  return Array.from({length: next(4)}, term).join(pick([' ', ' ', '  ', '\n', '']))
}

const names = [
  'flow',
  'code',
  'key',
  'tag',
  'class',
  'executed',
  'stage',
  'state',
  'group',
  'message',
  'letter',
  'text',
  'attempts',
  'age',
  'since',
  'until',
  'died',
  'payload',
  'payload.plant',
  'payload.a.0.b',
  'payload."a \\" b"',
  'flwo',
  'payload.',
  "l.flow = '' or",
  '"flow"',
  'PAYLOAD.x',
]
const values = [
  'orders',
  'sap:V1/302',
  'permanent',
  'unknown',
  'call',
  'open',
  'any',
  'F-ABC2345',
  '3',
  '-12.50',
  '1h',
  '1.5d',
  '2026-11-22',
  '2026-11-22T08:00:01.5+01:00',
  '019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11',
  'ä€𝄞',
  '',
  'zq7',
]
const nasty = [
  "'",
  "';drop table x;--",
  '$1',
  '%',
  '_',
  '\\',
  '\\"',
  '"',
  '*',
  '\u0000',
  '\uD800',
  '/*',
  '::text',
  ' or 1=1 ',
]
const operators = ['>', '>=', '<', '<=', '=', '!', '>>', '']
