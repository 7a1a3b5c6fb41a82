/** What a person asks of the archive of dead letters: every term must hold. */
export interface ParsedQuery {
  readonly kind: 'query'
  readonly terms: readonly Term[]
}

/** Why a text is no query, and where: the column counts from 1. */
export interface QueryProblem {
  readonly kind: 'problem'
  readonly message: string
  readonly column: number
  readonly length: number
  /** What was probably meant; null if nobody knows. */
  readonly suggestion: string | null
}

/** One of several conditions must hold, or none of them if the term is negated. */
export type Term = {readonly isNegated: boolean} & (
  | {readonly kind: 'word'; readonly field: WordField; readonly anyOf: readonly WordMatch[]}
  | {readonly kind: 'text'; readonly anyOf: readonly string[]}
  | {readonly kind: 'attempts'; readonly anyOf: readonly NumberMatch[]}
  | {readonly kind: 'died'; readonly anyOf: readonly TimeMatch[]}
  | {readonly kind: 'payload'; readonly path: readonly string[]; readonly anyOf: readonly PayloadMatch[]}
)

export type WordField =
  'flow' | 'code' | 'class' | 'executed' | 'stage' | 'state' | 'key' | 'group' | 'tag' | 'message' | 'letter'

export type WordMatch =
  {readonly kind: 'is'; readonly text: string} | {readonly kind: 'starts_with'; readonly text: string}

export type Operator = '>' | '>=' | '<' | '<='

export interface NumberMatch {
  readonly operator: Operator | '='
  readonly number: number
}

export interface TimeMatch {
  readonly operator: Operator
  readonly time: Date
}

export type PayloadMatch =
  | WordMatch
  /** Kept as written: JSON's numbers have no end. */
  | {readonly kind: 'number'; readonly operator: Operator; readonly number: string}
  /** Kept as written, and compared as text: so dates of one notation sort. */
  | {readonly kind: 'date'; readonly operator: Operator; readonly date: string}
