import type {Operator, QueryProblem} from './query.js'

/** A stretch of the text; `at` counts from 0. */
export interface Span {
  readonly at: number
  readonly length: number
}

/** One value of a term, as written. */
export interface RawValue extends Span {
  readonly operator: Operator | null
  readonly text: string
  /** It ended with a star. */
  readonly isPrefix: boolean
}

export interface RawTerm extends Span {
  readonly kind: 'term'
  readonly isNegated: boolean
  /** The name of the field, and the path behind it: `payload.plant` is two. */
  readonly field: Span & {readonly parts: readonly string[]}
  readonly values: readonly RawValue[]
}

/** Takes a query apart into its terms, without knowing what they mean. */
export function scanTerms(text: string): readonly RawTerm[] | QueryProblem {
  const terms: RawTerm[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const term = scanTerm(text, at)
    if (term.kind === 'problem') return term
    terms.push(term)
    at = skipSpace(text, at + term.length)
  }
  return terms
}

export function problem(message: string, {at, length}: Span, suggestion: string | null = null): QueryProblem {
  return {kind: 'problem', message, column: at + 1, length: Math.max(1, length), suggestion}
}

function scanTerm(text: string, start: number): RawTerm | QueryProblem {
  const isNegated = text[start] === '-'
  const field = scanField(text, isNegated ? start + 1 : start)
  if (field.kind === 'problem') return field
  const values: RawValue[] = []
  let at = field.end
  do {
    const value = scanValue(text, at + 1)
    if (value.kind === 'problem') return value
    values.push(value.value)
    at = value.end
  } while (text[at] === ',')
  const {parts, at: fieldAt, length} = field
  return {kind: 'term', at: start, length: at - start, isNegated, field: {parts, at: fieldAt, length}, values}
}

type ScannedField = Span & {readonly kind: 'field'; readonly parts: readonly string[]; readonly end: number}

/** Reads up to the colon: names with dots between, each of which may stand in quotes. */
function scanField(text: string, start: number): ScannedField | QueryProblem {
  const parts: string[] = []
  let at = start
  for (;;) {
    const quoted = text[at] === '"' ? scanQuoted(text, at) : undefined
    if (quoted?.kind === 'problem') return quoted
    const part = quoted ?? scanBare(text, at)
    parts.push(part.text)
    at = part.end
    if (text[at] !== '.') break
    at += 1
  }
  const length = at - start
  if (text[at] !== ':') return noTerm(text, start)
  const empty = parts.length === 1 && parts[0] === '' ? 'A name is missing before the colon.' : undefined
  if (empty !== undefined) return problem(empty, {at, length: 1})
  return {kind: 'field', parts, at: start, length, end: at}
}

function scanBare(text: string, start: number): {readonly text: string; readonly end: number} {
  let end = start
  while (end < text.length && !/[\s:."]/.test(text[end] ?? '')) end += 1
  return {text: text.slice(start, end), end}
}

function noTerm(text: string, start: number): QueryProblem {
  let end = start
  while (end < text.length && !isSpace(text[end])) end += 1
  const word = text.slice(start, end)
  const span = {at: start, length: end - start}
  if (word === '') return problem('A term is missing after the minus.', {at: start - 1, length: 1})
  const [, name, value] = /^([a-z.]+)=+(.+)$/.exec(word) ?? []
  const meant = name !== undefined && value !== undefined ? `${name}:${value}` : `text:${word}`
  return problem(`"${word}" is not a term; a term is a field, a colon and a value.`, span, meant)
}

type ScannedValue = {readonly kind: 'value'; readonly value: RawValue; readonly end: number}

function scanValue(text: string, start: number): ScannedValue | QueryProblem {
  const operator = operators.find((known) => text.startsWith(known, start)) ?? null
  const from = start + (operator?.length ?? 0)
  const body = text[from] === '"' ? scanQuoted(text, from) : scanUnquoted(text, from)
  if (body.kind === 'problem') return body
  const isPrefix = text[body.end] === '*'
  const end = isPrefix ? body.end + 1 : body.end
  const span = {at: start, length: end - start}
  if (body.text === '' && body.end === from && !isPrefix) {
    return problem('A value is missing.', {at: Math.min(start, text.length), length: span.length})
  }
  if (end < text.length && text[end] !== ',' && !isSpace(text[end])) {
    const why = isPrefix ? 'A * stands at the end of a value only; elsewhere write \\*.' : afterQuote
    return problem(why, {at: isPrefix ? body.end : end, length: 1})
  }
  return {kind: 'value', value: {operator, text: body.text, isPrefix, ...span}, end}
}

type ScannedBody = {readonly kind: 'body'; readonly text: string; readonly end: number}

function scanQuoted(text: string, start: number): ScannedBody | QueryProblem {
  let content = ''
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return {kind: 'body', text: content, end: at + 1}
    if (text[at] === '\\') at += 1
    content += text[at] ?? ''
  }
  return problem('This quote is not closed.', {at: start, length: 1})
}

function scanUnquoted(text: string, start: number): ScannedBody | QueryProblem {
  let content = ''
  let at = start
  for (; at < text.length && !isSpace(text[at]) && text[at] !== ',' && text[at] !== '*'; at += 1) {
    if (text[at] === '"')
      return problem('A quote stands at the start of a value only; elsewhere write \\".', {at, length: 1})
    if (text[at] === '\\') at += 1
    if (at === text.length) return problem('Nothing follows this backslash.', {at: at - 1, length: 1})
    content += text[at] ?? ''
  }
  return {kind: 'body', text: content, end: at}
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (isSpace(text[at])) at += 1
  return at
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character)
}

const operators = ['>=', '<=', '>', '<'] as const satisfies readonly Operator[]
const afterQuote = 'A closing quote ends the value: go on with a space or a comma.'
