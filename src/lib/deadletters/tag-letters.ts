import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import type {ParsedQuery} from './query/query.js'
import {resolvedText} from './query/resolved-text.js'
import {toSql} from './query/to-sql.js'

export interface Retagging {
  readonly query: ParsedQuery
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** Letters that the query is about, and those of them that were changed. */
export interface RetagResult {
  readonly matched: number
  readonly changed: number
}

/**
 * Puts tags on the letters that a query is about, and takes others off: those
 * that are archived by now, many in one transaction, each of which is written
 * to the trail. Stops between two of them when the signal aborts.
 */
export async function tagLetters(
  database: Database,
  retagging: Retagging,
  operator: Operator,
  signal: AbortSignal,
): Promise<RetagResult> {
  const {rows} = await database.query<{last: string | null}>('select max(seq) as last from erpsync.dead_letter')
  let after = '0'
  const result = {matched: 0, changed: 0}
  for (;;) {
    signal.throwIfAborted()
    const window = {after, last: rows[0]?.last ?? '0'}
    const batch = await database.transaction(async (tx) => tagBatch(tx, retagging, window, operator))
    result.matched += batch.matched
    result.changed += batch.changed
    if (batch.end === null) break
    after = batch.end
  }
  return result
}

async function tagBatch(
  tx: Transaction,
  {query, add, remove}: Retagging,
  {after, last}: {readonly after: string; readonly last: string},
  operator: Operator,
): Promise<RetagResult & {readonly end: string | null}> {
  const {where, values} = toSql(query)
  const next = values.length
  const {rows: letters} = await tx.query<{id: string; seq: string}>(
    `select l.id, l.seq
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where ${where}
        and l.seq > $${next + 1}::bigint
        and l.seq <= $${next + 2}::bigint
      order by l.seq
      limit $${next + 3}
        for update of l`,
    [...values, after, last, batchSize],
  )
  const {rowCount} = await tx.query(
    `update erpsync.dead_letter l
        set tags = n.tags
       from (select d.id,
                    array(select distinct t.tag from unnest(d.tags || $2::text[]) as t (tag)
                           where t.tag <> all ($3::text[]) order by t.tag) as tags
               from erpsync.dead_letter d
              where d.id = any ($1::uuid[])) n
      where l.id = n.id
        and l.tags is distinct from n.tags`,
    [letters.map(({id}) => id), add, remove],
  )
  const changed = rowCount ?? 0
  if (changed > 0) {
    await recordAction(tx, operator, {
      action: 'letter.tag',
      after: {query: resolvedText(query), add, remove, letters: changed},
    })
  }
  return {matched: letters.length, changed, end: letters.length < batchSize ? null : (letters.at(-1)?.seq ?? null)}
}

const batchSize = 2000
