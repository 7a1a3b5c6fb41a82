import type {Queryable} from '#lib/db/database.js'
import {countedGroups, countedQuery} from './groups/counted-query.js'
import {type Letter, letterColumns, type LetterRow, toLetter} from './letters.js'
import type {ParsedQuery} from './query/query.js'
import {toSql} from './query/to-sql.js'

/** A page of the letters that a query is about, newest first: only those archived before the one with `seq` `before`. */
export async function pageLetters(
  database: Queryable,
  query: ParsedQuery,
  {before, limit}: {readonly before: string | null; readonly limit: number},
): Promise<readonly Letter[]> {
  const {where, values} = toSql(query)
  // The page first, and then what belongs to it: else the message of every letter that is found would be looked up.
  const {rows} = await database.query<LetterRow>(
    `select ${letterColumns}
       from (select l.*
               from erpsync.dead_letter l
               left join erpsync.message m on m.id = l.message_id
              where ${where}
                and ($${values.length + 1}::bigint is null or l.seq < $${values.length + 1})
              order by l.seq desc
              limit $${values.length + 2}) l
       left join erpsync.message m on m.id = l.message_id
      order by l.seq desc`,
    [...values, before, limit],
  )
  return rows.map(toLetter)
}

/** How many letters a query is about; from what groups keep counted, where that answers it. */
export async function countLetters(database: Queryable, query: ParsedQuery): Promise<number> {
  const counted = countedQuery(query)
  const {where, values} = counted ?? toSql(query)
  const {rows} = await database.query<{count: number}>(
    counted === undefined
      ? `select count(*)::integer as count
           from erpsync.dead_letter l
           left join erpsync.message m on m.id = l.message_id
          where ${where}`
      : `select coalesce(sum(${['0', ...counted.states].join(' + ')}), 0)::integer as count
           from ${countedGroups}
          where ${where}`,
    values,
  )
  return rows[0]?.count ?? 0
}

/** The ids of the letters that a query is about, newest first, gathered page by page. */
export async function* pageIds(
  database: Queryable,
  query: ParsedQuery,
  {before, limit}: {readonly before: string | null; readonly limit: number | null},
): AsyncGenerator<string> {
  const {where, values} = toSql(query)
  let left = limit ?? Number.POSITIVE_INFINITY
  for (let position = before; left > 0;) {
    const {rows} = await database.query<{id: string; seq: string}>(
      `select l.id, l.seq
         from erpsync.dead_letter l
         left join erpsync.message m on m.id = l.message_id
        where ${where}
          and ($${values.length + 1}::bigint is null or l.seq < $${values.length + 1})
        order by l.seq desc
        limit $${values.length + 2}`,
      [...values, position, Math.min(left, idsAtOnce)],
    )
    for (const {id} of rows) yield id
    left -= rows.length
    const last = rows.at(-1)
    if (last === undefined || rows.length < idsAtOnce) return
    position = last.seq
  }
}

const idsAtOnce = 10_000
