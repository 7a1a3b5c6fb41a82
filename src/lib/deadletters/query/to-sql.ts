import type {NumberMatch, Operator, ParsedQuery, PayloadMatch, Term, TimeMatch, WordField, WordMatch} from './query.js'

/** A condition on `erpsync.dead_letter l left join erpsync.message m on m.id = l.message_id`. */
export interface LetterCondition {
  /** Made of constants and `$1`, `$2`, ... alone; true for every letter if the query leaves all of them in. */
  readonly where: string
  readonly values: readonly unknown[]
}

/** What PostgreSQL is asked: everything that a person wrote is a parameter. */
export function toSql({terms}: ParsedQuery): LetterCondition {
  const values: unknown[] = []
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`
  const conditions = terms.map((term) => {
    const condition = conditionOf(term, parameter)
    return term.isNegated ? `(${condition}) is not true` : condition
  })
  return {where: conditions.length === 0 ? 'true' : conditions.join(' and '), values}
}

type Parameter = (value: unknown, type: string) => string

function conditionOf(term: Term, parameter: Parameter): string {
  switch (term.kind) {
    case 'word':
      return wordCondition(term.field, term.anyOf, parameter)
    case 'text':
      return either(term.anyOf.map((text) => `l.text ilike ${parameter(`%${escapeLike(text)}%`, 'text')}`))
    case 'attempts':
      return either(term.anyOf.map((match) => numberCondition(match, parameter)))
    case 'died':
      return either(term.anyOf.map((match) => timeCondition(match, parameter)))
    case 'payload': {
      const value = `m.payload #>> ${parameter(term.path, 'text[]')}`
      return either(term.anyOf.map((match) => payloadCondition(value, match, parameter)))
    }
  }
}

function wordCondition(field: WordField, anyOf: readonly WordMatch[], parameter: Parameter): string {
  const exact = anyOf.flatMap((match) => (match.kind === 'is' ? [match.text] : []))
  const prefixes = anyOf.flatMap((match) => (match.kind === 'starts_with' ? [match.text] : []))
  switch (field) {
    case 'tag':
      return tagCondition(exact, prefixes, parameter)
    case 'state':
      return exact.includes('any') ? 'true' : equals('l.state', exact, 'text', parameter)
    case 'message':
      return equals('l.message_id', exact, 'uuid', parameter)
    case 'letter':
      return equals('l.id', exact, 'uuid', parameter)
    case 'flow':
    case 'code':
    case 'class':
    case 'executed':
    case 'stage':
    case 'key':
    case 'group': {
      const column = columns[field]
      return either([
        ...(exact.length === 0 ? [] : [equals(column, exact, 'text', parameter)]),
        ...prefixes.map((prefix) => startsWith(column, prefix, parameter)),
      ])
    }
  }
}

/** One value is equalled and not looked for in a list: only so an index keeps its order behind it. */
function equals(column: string, [first, ...more]: readonly string[], type: string, parameter: Parameter): string {
  return more.length === 0
    ? `${column} = ${parameter(first, type)}`
    : `${column} = any (${parameter([first, ...more], `${type}[]`)})`
}

function startsWith(column: string, prefix: string, parameter: Parameter): string {
  return prefix === '' ? `${column} is not null` : `${column} like ${parameter(`${escapeLike(prefix)}%`, 'text')}`
}

/** The index of tags holds only letters that have any. */
function tagCondition(exact: readonly string[], prefixes: readonly string[], parameter: Parameter): string {
  const conditions = [
    ...(exact.length === 0 ? [] : [`l.tags && ${parameter(exact, 'text[]')}`]),
    ...prefixes.map(
      (prefix) =>
        `exists (select from unnest(l.tags) as t (tag) where t.tag like ${parameter(`${escapeLike(prefix)}%`, 'text')})`,
    ),
  ]
  return `(l.tags <> '{}' and ${either(conditions)})`
}

function numberCondition({operator, number}: NumberMatch, parameter: Parameter): string {
  return `l.attempt ${sqlOperators[operator]} ${parameter(number, 'integer')}`
}

function timeCondition({operator, time}: TimeMatch, parameter: Parameter): string {
  return `l.died_at ${sqlOperators[operator]} ${parameter(time, 'timestamptz')}`
}

function payloadCondition(value: string, match: PayloadMatch, parameter: Parameter): string {
  switch (match.kind) {
    case 'is':
      return `${value} = ${parameter(match.text, 'text')}`
    case 'starts_with':
      return startsWith(value, match.text, parameter)
    case 'number':
      return `case when ${value} ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$' then (${value})::numeric end ${sqlOperators[match.operator]} ${parameter(match.number, 'numeric')}`
    case 'date':
      return `case when ${value} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then ${value} end collate "C" ${sqlOperators[match.operator]} ${parameter(match.date, 'text')}`
  }
}

function either(conditions: readonly string[]): string {
  const [first = 'false', ...more] = conditions
  return more.length === 0 ? first : `(${conditions.join(' or ')})`
}

function escapeLike(text: string): string {
  return text.replaceAll(/[%_\\]/g, '\\$&')
}

const columns = {
  flow: 'l.flow',
  code: 'l.code',
  class: 'l.class',
  executed: 'l.executed',
  stage: 'l.stage',
  key: 'l.business_key',
  group: 'l.group_id',
} as const satisfies Partial<Record<WordField, string>>

const sqlOperators = {'=': '=', '>': '>', '>=': '>=', '<': '<', '<=': '<='} as const satisfies Record<
  Operator | '=',
  string
>
