import {Flags} from '@oclif/core'
import {type Config, findFlow} from '#lib/config/load.js'
import type {ParsedQuery, Term} from '#lib/deadletters/query/query.js'
import {systemClock} from '#lib/kernel/clock.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {durationFlag} from './duration-flag.js'
import {queryFlag, readQuery} from './query-flag.js'

/** Flags of commands that are about letters: a query, or its most used terms. */
export const letterFlags = {
  query: queryFlag(),
  flow: Flags.string({summary: 'only letters of this flow', env: 'ERPSYNC_FLOW'}),
  since: durationFlag({summary: 'only letters that died within this time, e.g. 2h'}),
  state: Flags.option({
    options: ['open', 'replayed', 'resolved', 'died_again', 'discarded', 'any'] as const,
    summary: 'only letters in this state (default: open)',
    exclusive: ['query'],
  })(),
}

interface LetterFlags {
  readonly query: string | undefined
  readonly flow: string | undefined
  readonly state: string | undefined
  readonly since: number | undefined
}

/**
 * The query that `--query` and the flags for its most used terms come to. Only
 * one of them says the state.
 *
 * @throws ErpSyncError 2 if it cannot be read, or a flow is not configured.
 */
export function letterQuery(config: Config, {query, flow, state, since}: LetterFlags): ParsedQuery {
  const {terms} = readQuery(query ?? `state:${state ?? 'open'}`)
  const now = systemClock.now().getTime()
  const more: readonly Term[] = [
    ...(flow === undefined ? [] : [flowTerm(findFlow(config, flow).name)]),
    ...(since === undefined ? [] : [sinceTerm(new Date(now - since))]),
  ]
  return {kind: 'query', terms: [...terms, ...more]}
}

/** A line for each flow of a query that is not configured: it may be a slip, or a flow of former times. */
export function unknownFlows(config: Config, {terms}: ParsedQuery): readonly string[] {
  const known = Object.keys(config.flows)
  return terms
    .flatMap((term) => (term.kind === 'word' && term.field === 'flow' ? term.anyOf : []))
    .filter(({kind, text}) => kind === 'is' && !known.includes(text))
    .map(({text}) => `No flow is called "${text}" in ${config.path}.${didYouMean(text, known)}`)
}

function flowTerm(flow: string): Term {
  return {kind: 'word', field: 'flow', isNegated: false, anyOf: [{kind: 'is', text: flow}]}
}

function sinceTerm(time: Date): Term {
  return {kind: 'died', isNegated: false, anyOf: [{operator: '>=', time}]}
}
