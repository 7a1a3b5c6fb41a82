import type {Queryable} from '#lib/db/database.js'
import {conditionOf, type Selection} from '#lib/deadletters/operations/selection.js'
import type {Term} from '#lib/deadletters/query/query.js'

/** The letters that are meant now, oldest first, and the ids under which there is none. What dies later is not among them. */
export interface SelectedLetters {
  readonly letterIds: readonly string[]
  readonly unknown: readonly string[]
}

export async function selectLetters(database: Queryable, selection: Selection): Promise<SelectedLetters> {
  const {where, values} = conditionOf(selection)
  const {rows} = await database.query<{id: string; message_id: string | null}>(
    `select l.id, l.message_id
       from erpsync.dead_letter l
       left join erpsync.message m on m.id = l.message_id
      where ${where}
      order by l.seq`,
    values,
  )
  const known = new Set(rows.flatMap(({id, message_id}) => [id, message_id]))
  return {
    letterIds: rows.map(({id}) => id),
    unknown: selection.kind === 'ids' ? selection.ids.filter((id) => !known.has(id.toLowerCase())) : [],
  }
}

/** The same selection of discarded letters, whatever it says of states. */
export function amongDiscarded(selection: Selection): Selection {
  switch (selection.kind) {
    case 'ids':
      return selection
    case 'group':
      return discarded([word('group', selection.id)])
    case 'flow':
      return discarded([word('flow', selection.flow)])
    case 'all':
      return discarded([])
    case 'query':
      return discarded(selection.query.terms.filter((term) => term.kind !== 'word' || term.field !== 'state'))
  }
}

function discarded(terms: readonly Term[]): Selection {
  return {kind: 'query', query: {kind: 'query', terms: [...terms, word('state', 'discarded')]}}
}

function word(field: 'group' | 'flow' | 'state', text: string): Term {
  return {kind: 'word', field, isNegated: false, anyOf: [{kind: 'is', text}]}
}
