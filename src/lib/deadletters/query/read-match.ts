import type {NumberMatch, Operator, PayloadMatch, QueryProblem, TimeMatch} from './query.js'
import {readAgo, readMoment} from './read-time.js'
import {problem, type RawValue} from './scan.js'

/** A number of attempts, to be equalled or compared. */
export function readAttempts(value: RawValue): NumberMatch | QueryProblem {
  const {text, operator, isPrefix} = value
  if (isPrefix || !/^\d{1,9}$/.test(text)) return problem('attempts takes a whole number, e.g. attempts:>=3.', value)
  return {operator: operator ?? '=', number: Number(text)}
}

/** When a letter died: by its age, or by a moment on one of both sides. */
export function readTime(
  field: 'age' | 'since' | 'until' | 'died',
  value: RawValue,
  now: Date,
): TimeMatch | QueryProblem {
  const {text, operator, isPrefix} = value
  const time = isPrefix ? undefined : field === 'age' ? readAgo(text, now) : (readMoment(text) ?? readAgo(text, now))
  if (time === undefined)
    return problem(`${field} takes ${field === 'age' ? lengths : moments}.`, value, examples[field])
  switch (field) {
    case 'since':
    case 'until':
      if (operator !== null) return problem(`${field} says on which side already; leave ${operator} out.`, value, text)
      return {operator: field === 'since' ? '>=' : '<', time}
    case 'age':
      if (operator === null) return problem('age is compared, so that its side is clear.', value, `>${text}`)
      return {operator: mirrored[operator], time}
    case 'died':
      if (operator === null) return problem('died is compared, so that its side is clear.', value, `>=${text}`)
      return {operator, time}
  }
}

/** A value in the document: equalled as text, or compared as a number or a date. */
export function readPayloadMatch(value: RawValue): PayloadMatch | QueryProblem {
  const {text, operator, isPrefix} = value
  if (operator === null) return {kind: isPrefix ? 'starts_with' : 'is', text}
  if (!isPrefix && /^-?\d{1,30}(?:\.\d{1,30})?$/.test(text)) return {kind: 'number', operator, number: text}
  if (!isPrefix && readMoment(text) !== undefined) return {kind: 'date', operator, date: text}
  return problem('A comparison takes a number or a date; in quotes the sign is part of the value.', value)
}

/** The older, the earlier. */
const mirrored: Readonly<Record<Operator, Operator>> = {'>': '<', '>=': '<=', '<': '>', '<=': '>='}

const lengths = 'a length of time: 500ms, 30s, 2m, 1h or 7d'
const moments = 'a moment such as 2026-11-22 or 2026-11-22T08:00Z, or how long ago: 30s, 2m, 1h or 7d'
const examples = {age: '>1h', since: '2h', until: '2h', died: '>=2026-11-22'} as const
