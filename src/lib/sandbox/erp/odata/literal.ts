import {toDecimal} from '#lib/sandbox/erp/world/decimal.js'
import type {FieldType, Value} from '#lib/sandbox/erp/world/dictionary.js'
import type {Version} from './model.js'

/** A literal of a URL, before anybody knows which property it is held against. */
export type Literal =
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'number'; readonly text: string}
  | {readonly kind: 'flag'; readonly isTrue: boolean}
  | {readonly kind: 'time'; readonly ms: number}
  | {readonly kind: 'null'}

/**
 * Reads the literal a text begins with, in the version's own notation
 * (`datetime'...'` is V2's, a bare `2026-01-31` V4's), and says how long it is.
 */
export function readLiteral(input: string, version: Version): {literal: Literal; length: number} | undefined {
  for (const {pattern, make} of notations[version]) {
    const match = pattern.exec(input)
    const literal = match && make(match[1] ?? '')
    if (match && literal) return {literal, length: match[0].length}
  }
  return undefined
}

/** The value a field of this type would hold, or undefined if the literal is of another type. */
export function literalValue(literal: Literal, type: FieldType): Value | undefined {
  switch (literal.kind) {
    case 'null':
      return null
    case 'text':
      return type.kind === 'text' ? literal.text : undefined
    case 'number':
      return type.kind === 'decimal' ? toDecimal(literal.text, 38, 19) : undefined
    case 'flag':
      return type.kind === 'flag' ? literal.isTrue : undefined
    case 'time':
      return type.kind === 'date' || type.kind === 'timestamp' ? literal.ms : undefined
  }
}

interface Notation {
  readonly pattern: RegExp
  readonly make: (captured: string) => Literal | undefined
}

function time(text: string): Literal | undefined {
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d|^\d{4}-\d\d-\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(ms) ? undefined : {kind: 'time', ms}
}

const text: Notation = {
  pattern: /^'((?:[^']|'')*)'/,
  make: (captured) => ({kind: 'text', text: captured.replaceAll("''", "'")}),
}
const flag: Notation = {pattern: /^(true|false)\b/, make: (captured) => ({kind: 'flag', isTrue: captured === 'true'})}
const nothing: Notation = {pattern: /^null\b/, make: () => ({kind: 'null'})}

const notations: Readonly<Record<Version, readonly Notation[]>> = {
  v2: [
    text,
    {pattern: /^datetime(?:offset)?'([^']*)'/, make: time},
    {pattern: /^(-?\d+(?:\.\d+)?)[mMdDfFlL]?(?![\w.])/, make: (captured) => ({kind: 'number', text: captured})},
    flag,
    nothing,
  ],
  v4: [
    text,
    {
      pattern: /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)(?![\w.:-])/,
      make: time,
    },
    {pattern: /^(-?\d+(?:\.\d+)?)(?![\w.])/, make: (captured) => ({kind: 'number', text: captured})},
    flag,
    nothing,
  ],
}
