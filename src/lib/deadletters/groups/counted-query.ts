import type {ParsedQuery, Term} from '#lib/deadletters/query/query.js'
import {type LetterCondition, toSql} from '#lib/deadletters/query/to-sql.js'

/** A query that groups can answer from what they keep counted. */
export interface CountedQuery extends LetterCondition {
  /** The columns of the letters that are meant. */
  readonly states: readonly CountedState[]
}

export type CountedState = (typeof countedStates)[number]

/**
 * What a query asks of `countedGroups`, if it asks for nothing but what all
 * letters of a group have in common, and their state; else undefined.
 */
export function countedQuery({terms}: ParsedQuery): CountedQuery | undefined {
  const others = terms.filter((term) => !isStateTerm(term))
  if (!others.every((term) => term.kind === 'word' && sharedFields.has(term.field))) return undefined
  const states = countedStates.filter((state) => terms.every((term) => !isStateTerm(term) || holdsFor(term, state)))
  return {...toSql({kind: 'query', terms: others}), states}
}

type StateTerm = Extract<Term, {kind: 'word'}> & {readonly field: 'state'}

function isStateTerm(term: Term): term is StateTerm {
  return term.kind === 'word' && term.field === 'state'
}

function holdsFor({anyOf, isNegated}: StateTerm, state: CountedState): boolean {
  return anyOf.some(({text}) => text === state || text === 'any') !== isNegated
}

/** Groups under the name and with the columns by which a condition knows letters. */
export const countedGroups = '(select g.*, g.id as group_id from erpsync.dead_letter_group g) l'

const countedStates = ['open', 'replayed', 'resolved', 'died_again', 'discarded'] as const
const sharedFields: ReadonlySet<string> = new Set(['flow', 'stage', 'class', 'code', 'group'])
