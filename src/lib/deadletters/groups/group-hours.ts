import type {Queryable} from '#lib/db/database.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import {countedCondition, type GroupBy, groupValues, letterValue, type Source} from './bucket-source.js'
import {countedGroups} from './counted-query.js'

/** Letters of a group that died within each of the last 24 hours, the oldest first. */
export async function readGroupHours(database: Queryable, id: string, now: Date): Promise<readonly number[]> {
  const hours = await readHours(database, {by: {kind: 'fingerprint'}, query: null}, [id], now)
  return hours.get(id) ?? noHours
}

/** The same of all that is shown, by what letters are put together by. */
export async function readHours(
  database: Queryable,
  {by, query}: {readonly by: GroupBy; readonly query: ParsedQuery | null},
  shown: readonly (string | null)[],
  now: Date,
): Promise<ReadonlyMap<string | null, readonly number[]>> {
  if (shown.length === 0) return new Map()
  const begin = new Date(Math.floor(now.getTime() / hourMs) * hourMs - 23 * hourMs)
  const source = countedHours(by, query, begin) ?? letterHours(by, query, begin)
  const {rows} = await database.query<{value: string | null; hour: Date; letters: number}>(
    `select value, hour, letters
       from (${source.sql}) h
      where value is null or value = any ($${source.values.length + 1}::text[])`,
    [...source.values, shown],
  )
  const hours = new Map<string | null, number[]>()
  for (const {value, hour, letters} of rows) {
    const line = hours.get(value) ?? [...noHours]
    const index = Math.round((hour.getTime() - begin.getTime()) / hourMs)
    // What a clock that is ahead says of the next hour is left out.
    if (index < line.length) line[index] = letters
    hours.set(value, line)
  }
  return hours
}

function countedHours(by: GroupBy, query: ParsedQuery | null, begin: Date): Source | undefined {
  const condition = countedCondition(by, query)
  if (condition === undefined || by.kind === 'payload') return undefined
  return {
    sql: `select ${groupValues[by.kind]} as value, h.hour, sum(h.letters)::integer as letters
            from ${countedGroups}
            join erpsync.dead_letter_hour h on h.group_id = l.id
           where ${condition.where}
             and h.hour >= $${condition.values.length + 1}::timestamptz
           group by 1, 2`,
    values: [...condition.values, begin],
  }
}

function letterHours(by: GroupBy, query: ParsedQuery | null, begin: Date): Source {
  const {where, values} = query === null ? {where: `l.state = 'open'`, values: []} : toSql(query)
  const value = letterValue(by, values.length + 2)
  return {
    sql: `select ${value.sql} as value, date_trunc('hour', l.died_at, 'UTC') as hour, count(*)::integer as letters
            from erpsync.dead_letter l
            left join erpsync.message m on m.id = l.message_id
           where ${where}
             and l.died_at >= $${values.length + 1}::timestamptz
           group by 1, 2`,
    values: [...values, begin, ...value.values],
  }
}

const hourMs = 3_600_000
/** Nobody died. */
export const noHours: readonly number[] = Array.from({length: 24}, () => 0)
