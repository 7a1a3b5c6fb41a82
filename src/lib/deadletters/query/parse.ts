import {isId} from '#lib/kernel/ids.js'
import {suggest} from '#lib/kernel/suggest.js'
import {type FieldSpec, fieldNames, fields} from './fields.js'
import type {ParsedQuery, QueryProblem, Term, WordField, WordMatch} from './query.js'
import {readAttempts, readPayloadMatch, readTime} from './read-match.js'
import {problem, type RawTerm, type RawValue, scanTerms} from './scan.js'

/**
 * Reads a query such as `flow:orders code:sap:V1/302 age:>1h -tag:ignored`. Lengths
 * of time are reckoned from `now` and kept as moments; without a word on the
 * state, only open letters are meant.
 */
export function parseLetterQuery(text: string, now: Date): ParsedQuery | QueryProblem {
  if (text.length > mostCharacters) {
    return problem(`A query has at most ${mostCharacters} characters.`, {at: mostCharacters, length: 1})
  }
  const unfit = text.indexOf('\u0000')
  if (unfit !== -1) return problem('No text holds the character U+0000.', {at: unfit, length: 1})
  const raw = scanTerms(text)
  if ('kind' in raw) return raw
  const terms: Term[] = []
  for (const rawTerm of raw) {
    const term = readTerm(rawTerm, now)
    if (term.kind === 'problem') return term
    terms.push(term)
  }
  const namesState = terms.some((term) => term.kind === 'word' && term.field === 'state')
  return {kind: 'query', terms: namesState ? terms : [...terms, openOnly]}
}

function readTerm(raw: RawTerm, now: Date): Term | QueryProblem {
  const [name = '', ...path] = raw.field.parts
  if (name === 'payload') {
    if (path.length === 0) {
      return problem('payload names no field of the document.', raw.field, 'payload.<field>')
    }
    if (path.includes('')) return problem('A name is missing in the path.', raw.field)
    return collect(raw, readPayloadMatch, (anyOf) => ({kind: 'payload', path, anyOf}))
  }
  const spec = path.length === 0 ? fields.get(name) : undefined
  if (spec === undefined) return unknownField(raw)
  return readBySpec(raw, spec, now)
}

function readBySpec(raw: RawTerm, spec: FieldSpec, now: Date): Term | QueryProblem {
  switch (spec.kind) {
    case 'word':
      return words(raw, spec.field, (value) => ({kind: value.isPrefix ? 'starts_with' : 'is', text: value.text}))
    case 'choice':
      return words(raw, spec.field, (value) => readChoice(raw, value, spec.choices))
    case 'group':
      return words(raw, spec.field, (value) => {
        const id = value.text.toUpperCase()
        return isGroupId(id) && !value.isPrefix
          ? {kind: 'is', text: id}
          : problem('This is not the id of a group.', value, 'F-ABC2345')
      })
    case 'id':
      return words(raw, spec.field, (value) =>
        isId(value.text) && !value.isPrefix
          ? {kind: 'is', text: value.text.toLowerCase()}
          : problem(`This is not the id of a ${spec.field}.`, value),
      )
    case 'text':
      return collect(raw, readText, (anyOf) => ({kind: 'text', anyOf}))
    case 'attempts':
      return collect(raw, readAttempts, (anyOf) => ({kind: 'attempts', anyOf}))
    case 'age':
    case 'since':
    case 'until':
    case 'died':
      return collect(
        raw,
        (value) => readTime(spec.kind, value, now),
        (anyOf) => ({kind: 'died', anyOf}),
      )
  }
}

function words(
  raw: RawTerm,
  field: WordField,
  read: (value: RawValue) => WordMatch | QueryProblem,
): Term | QueryProblem {
  return collect(
    raw,
    (value) =>
      value.operator === null
        ? read(value)
        : problem(`${field} cannot be compared; in quotes the sign is part of the value.`, value),
    (anyOf) => ({kind: 'word', field, anyOf}),
  )
}

/** Reads the values of a term one by one, and stops at the first that cannot be read. */
function collect<Match>(
  {values, isNegated}: RawTerm,
  read: (value: RawValue) => Match | QueryProblem,
  make: (anyOf: readonly Match[]) => DistributiveOmit<Term, 'isNegated'>,
): Term | QueryProblem {
  const anyOf: Match[] = []
  for (const value of values) {
    const match = read(value)
    if (isProblem(match)) return match
    anyOf.push(match)
  }
  return {isNegated, ...make(anyOf)}
}

function readChoice(
  {isNegated, field}: RawTerm,
  value: RawValue,
  choices: readonly string[],
): WordMatch | QueryProblem {
  const {text, isPrefix} = value
  const name = field.parts.join('.')
  if (isPrefix || !choices.includes(text)) {
    const known = `${name} is one of: ${choices.join(', ')}.`
    return problem(known, value, suggest(text, choices) ?? null)
  }
  if (isNegated && text === 'any') return problem('No letter has no state.', value)
  return {kind: 'is', text}
}

function readText(value: RawValue): string | QueryProblem {
  if (value.operator !== null) return problem('text cannot be compared; in quotes the sign is part of it.', value)
  if (value.isPrefix) return problem('text finds the words anywhere; leave the * out.', value)
  if (value.text === '') return problem('There is nothing to look for.', value)
  return value.text
}

function unknownField({field}: RawTerm): QueryProblem {
  const name = field.parts.join('.')
  const [first = ''] = field.parts
  const meant = suggest(first, fieldNames)
  const suggestion = meant === 'payload' ? ['payload', ...field.parts.slice(1)].join('.') : meant
  return problem(`There is no field "${name}".`, field, suggestion ?? null)
}

function isProblem(match: unknown): match is QueryProblem {
  return typeof match === 'object' && match !== null && 'kind' in match && match.kind === 'problem'
}

/** Whether a text has the form of a group's id. */
export function isGroupId(text: string): boolean {
  return /^F-[A-Z2-7]{7}$/.test(text)
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

const openOnly: Term = {kind: 'word', field: 'state', isNegated: false, anyOf: [{kind: 'is', text: 'open'}]}
const mostCharacters = 20_000
