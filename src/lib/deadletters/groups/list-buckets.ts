import type {Queryable} from '#lib/db/database.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {countedSource, type GroupBy, letterSource} from './bucket-source.js'
import {noHours, readHours} from './group-hours.js'
import {type Group, groupColumns, type GroupRow, toGroup} from './group.js'

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
 * Puts letters together: from what the groups keep counted, however many letters
 * there are; where a query asks for more than that, or by a field of the
 * document, from the letters.
 */
export async function listBuckets(database: Queryable, filter: BucketFilter, now: Date): Promise<readonly Bucket[]> {
  const {by, query, since, sort, limit} = filter
  const source = countedSource(by, query) ?? letterSource(by, query)
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

const orders: Readonly<Record<BucketSort, string>> = {
  count: 'b.letters desc',
  last: 'b.last_seen desc',
  first: 'b.first_seen desc',
  age: 'b.first_seen',
  keys: 'b.keys desc',
}
