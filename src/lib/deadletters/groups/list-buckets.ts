import type {Queryable} from '#lib/db/database.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import {type Group, groupColumns, type GroupRow, toGroup} from './group.js'

/** What letters are put together by. */
export type GroupBy =
  | {readonly kind: 'fingerprint' | 'code' | 'flow' | 'class'}
  | {readonly kind: 'payload'; readonly path: readonly string[]}

/** - `first`: first seen latest; `age`: first seen longest ago */
export type BucketSort = (typeof bucketSorts)[number]
export const bucketSorts = ['count', 'last', 'first', 'age', 'keys'] as const

/** Letters that have something in common. */
export interface Bucket {
  /** What it is: the id of a group, a code, ...; null where a document has no such field. */
  readonly value: string | null
  readonly letters: number
  readonly keys: number
  readonly firstSeen: Date
  readonly lastSeen: Date
  /** Letters that died within each of the last 24 hours, the oldest first. */
  readonly hours: readonly number[]
  /** The group; null where they are put together by something else. */
  readonly group: Group | null
}

export interface BucketFilter {
  readonly by: GroupBy
  /** Null: the open letters, as they are kept counted. */
  readonly query: ParsedQuery | null
  /** Only what was seen since. */
  readonly since: Date | null
  readonly sort: BucketSort
  readonly limit: number
}

/**
 * Puts letters together. Without a query the answer comes from what the groups
 * keep counted, however many letters there are; with one, or by a field of the
 * document, from the letters.
 */
export async function listBuckets(database: Queryable, filter: BucketFilter, now: Date): Promise<readonly Bucket[]> {
  const {by, query, since, sort, limit} = filter
  const source = query === null && by.kind !== 'payload' ? countedSource(by.kind) : letterSource(by, query)
  const next = source.values.length
  const {rows} = await database.query<BucketRow>(
    `with bucket as (${source.sql})
     select b.value, b.letters, b.keys, b.first_seen, b.last_seen
       from bucket b
      where $${next + 1}::timestamptz is null or b.last_seen >= $${next + 1}
      order by ${orders[sort]}, b.value
      limit $${next + 2}`,
    [...source.values, since, limit],
  )
  const [hours, groups] = await Promise.all([
    readHours(
      database,
      filter,
      rows.map(({value}) => value),
      now,
    ),
    by.kind === 'fingerprint' ? readGroups(database, rows, now) : new Map<string, Group>(),
  ])
  return rows.map(({value, letters, keys, first_seen, last_seen}) => ({
    value,
    letters,
    keys,
    firstSeen: first_seen,
    lastSeen: last_seen,
    hours: hours.get(value) ?? noHours,
    group: groups.get(value ?? '') ?? null,
  }))
}

interface BucketRow {
  readonly value: string | null
  readonly letters: number
  readonly keys: number
  readonly first_seen: Date
  readonly last_seen: Date
}

interface Source {
  readonly sql: string
  readonly values: readonly unknown[]
}

function countedSource(kind: 'fingerprint' | 'code' | 'flow' | 'class'): Source {
  return {
    sql: `select ${groupValues[kind]} as value, sum(g.open)::integer as letters, sum(g.keys)::integer as keys,
                 min(g.first_seen) as first_seen, max(g.last_seen) as last_seen
            from erpsync.dead_letter_group g
           where g.open > 0
           group by 1`,
    values: [],
  }
}

function letterSource(by: GroupBy, query: ParsedQuery | null): Source {
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

function letterValue(by: GroupBy, position: number): Source {
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

/** Letters of a group that died within each of the last 24 hours, the oldest first. */
export async function readGroupHours(database: Queryable, id: string, now: Date): Promise<readonly number[]> {
  const hours = await readHours(database, {by: {kind: 'fingerprint'}, query: null}, [id], now)
  return hours.get(id) ?? noHours
}

async function readHours(
  database: Queryable,
  {by, query}: Pick<BucketFilter, 'by' | 'query'>,
  shown: readonly (string | null)[],
  now: Date,
): Promise<ReadonlyMap<string | null, readonly number[]>> {
  if (shown.length === 0) return new Map()
  const begin = new Date(Math.floor(now.getTime() / hourMs) * hourMs - 23 * hourMs)
  const source = query === null && by.kind !== 'payload' ? countedHours(by.kind, begin) : letterHours(by, query, begin)
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

function countedHours(kind: 'fingerprint' | 'code' | 'flow' | 'class', begin: Date): Source {
  return {
    sql: `select ${groupValues[kind]} as value, h.hour, sum(h.letters)::integer as letters
            from erpsync.dead_letter_hour h
            join erpsync.dead_letter_group g on g.id = h.group_id
           where h.hour >= $1::timestamptz
           group by 1, 2`,
    values: [begin],
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

async function readGroups(
  database: Queryable,
  buckets: readonly BucketRow[],
  now: Date,
): Promise<ReadonlyMap<string, Group>> {
  const {rows} = await database.query<GroupRow>(
    `select ${groupColumns} from erpsync.dead_letter_group g where g.id = any ($1::text[])`,
    [buckets.map(({value}) => value)],
  )
  return new Map(rows.map((row) => [row.id, toGroup(row, now)]))
}

const groupValues = {fingerprint: 'g.id', code: 'g.code', flow: 'g.flow', class: 'g.class'} as const

const orders: Readonly<Record<BucketSort, string>> = {
  count: 'b.letters desc',
  last: 'b.last_seen desc',
  first: 'b.first_seen desc',
  age: 'b.first_seen',
  keys: 'b.keys desc',
}

const hourMs = 3_600_000
const noHours: readonly number[] = Array.from({length: 24}, () => 0)
