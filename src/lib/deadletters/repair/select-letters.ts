import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import type {Queryable} from '#lib/db/database.js'

/** Which letters are to be changed. */
export type LetterSelection =
  | {readonly kind: 'query'; readonly query: ParsedQuery}
  /** By their own ids, or by those of their messages: then the newest letter. */
  | {readonly kind: 'ids'; readonly ids: readonly string[]}

/** The letters that are meant now, oldest first, and the ids under which there is none. What dies later is not among them. */
export interface SelectedLetters {
  readonly letterIds: readonly string[]
  readonly unknown: readonly string[]
}

export async function selectLetters(database: Queryable, selection: LetterSelection): Promise<SelectedLetters> {
  switch (selection.kind) {
    case 'query':
      return {letterIds: await idsOf(database, selection.query), unknown: []}
    case 'ids':
      return findByIds(database, selection.ids)
  }
}

/** The selection in words, for the trail. */
export function describeSelection(selection: LetterSelection): string {
  switch (selection.kind) {
    case 'query':
      return resolvedText(selection.query)
    case 'ids':
      return selection.ids.length <= mostNamed
        ? selection.ids.join(' ')
        : `${selection.ids.slice(0, mostNamed).join(' ')} and ${selection.ids.length - mostNamed} more`
  }
}

/** The same query for letters in another state, whatever it says of states. */
export function inState({terms}: ParsedQuery, state: 'discarded'): ParsedQuery {
  const others = terms.filter((term) => term.kind !== 'word' || term.field !== 'state')
  const only = {kind: 'word', field: 'state', isNegated: false, anyOf: [{kind: 'is', text: state}]} as const
  return {kind: 'query', terms: [...others, only]}
}

async function idsOf(database: Queryable, query: ParsedQuery): Promise<readonly string[]> {
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

async function findByIds(database: Queryable, ids: readonly string[]): Promise<SelectedLetters> {
  const {rows} = await database.query<{asked: string; id: string | null}>(
    `select asked.id as asked, l.id
       from unnest($1::uuid[]) as asked (id)
       left join lateral (select d.id, d.seq
                            from erpsync.dead_letter d
                           where d.id = asked.id or d.message_id = asked.id
                           order by d.id = asked.id desc, d.seq desc
                           limit 1) l on true
      order by l.seq`,
    [ids],
  )
  return {
    letterIds: [...new Set(rows.flatMap(({id}) => id ?? []))],
    unknown: rows.flatMap(({asked, id}) => (id === null ? [asked] : [])),
  }
}

const mostNamed = 20
