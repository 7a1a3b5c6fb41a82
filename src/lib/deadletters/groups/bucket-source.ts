import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {type LetterCondition, toSql} from '#lib/deadletters/query/to-sql.js'
import {countedGroups, countedQuery} from './counted-query.js'

/** What letters are put together by. */
export type GroupBy =
  | {readonly kind: 'fingerprint' | 'code' | 'flow' | 'class'}
  | {readonly kind: 'payload'; readonly path: readonly string[]}

/** A statement that gives what letters are put together by. */
export interface Source {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Open letters, where groups can tell; undefined where only the letters can. */
export function countedSource(by: GroupBy, query: ParsedQuery | null): Source | undefined {
  const condition = countedCondition(by, query)
  if (condition === undefined || by.kind === 'payload') return undefined
  return {
    sql: `select ${groupValues[by.kind]} as value, sum(l.open)::integer as letters, sum(l.keys)::integer as keys,
                 min(l.first_seen) as first_seen, max(l.last_seen) as last_seen
            from ${countedGroups}
           where l.open > 0
             and ${condition.where}
           group by 1`,
    values: condition.values,
  }
}

export function countedCondition(by: GroupBy, query: ParsedQuery | null): LetterCondition | undefined {
  if (by.kind === 'payload') return undefined
  if (query === null) return {where: 'true', values: []}
  const counted = countedQuery(query)
  return counted?.states.join() === 'open' ? counted : undefined
}

export function letterSource(by: GroupBy, query: ParsedQuery | null): Source {
  const {where, values} = query === null ? {where: `l.state = 'open'`, values: []} : toSql(query)
  const value = letterValue(by, values.length + 1)
  return {
    sql: `select ${value.sql} as value, count(*)::integer as letters, count(distinct l.business_key)::integer as keys,
                 min(l.died_at) as first_seen, max(l.died_at) as last_seen
            from erpsync.dead_letter l
            left join erpsync.message m on m.id = l.message_id
           where ${where}
           group by 1`,
    values: [...values, ...value.values],
  }
}

export function letterValue(by: GroupBy, position: number): Source {
  switch (by.kind) {
    case 'fingerprint':
      return {sql: 'l.group_id', values: []}
    case 'code':
      return {sql: 'l.code', values: []}
    case 'flow':
      return {sql: 'l.flow', values: []}
    case 'class':
      return {sql: 'l.class', values: []}
    case 'payload':
      return {sql: `m.payload #>> $${position}::text[]`, values: [by.path]}
  }
}

export const groupValues = {fingerprint: 'l.id', code: 'l.code', flow: 'l.flow', class: 'l.class'} as const
