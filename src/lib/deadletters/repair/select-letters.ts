import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import type {Queryable} from '#lib/db/database.js'

/** The ids of the letters that a query means now, oldest first: what dies later is not among them. */
export async function selectLetters(database: Queryable, query: ParsedQuery): Promise<readonly string[]> {
  const {where, values} = toSql(query)
  const {rows} = await database.query<{id: string}>(
    `select l.id
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where ${where}
      order by l.seq`,
    values,
  )
  return rows.map(({id}) => id)
}

/** The same query for letters in another state, whatever it says of states. */
export function inState({terms}: ParsedQuery, state: 'discarded'): ParsedQuery {
  const others = terms.filter((term) => term.kind !== 'word' || term.field !== 'state')
  const only = {kind: 'word', field: 'state', isNegated: false, anyOf: [{kind: 'is', text: state}]} as const
  return {kind: 'query', terms: [...others, only]}
}
