import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {type LetterCondition, toSql} from '#lib/deadletters/query/to-sql.js'

/** Which letters an operation is about. */
export type Selection =
  /** Letters by their ids, or the newest letters of messages by theirs. */
  | {readonly kind: 'ids'; readonly ids: readonly string[]}
  | {readonly kind: 'group'; readonly id: string}
  | {readonly kind: 'flow'; readonly flow: string}
  | {readonly kind: 'all'}
  | {readonly kind: 'query'; readonly query: ParsedQuery}

/** The letters as PostgreSQL is asked for them. */
export function conditionOf(selection: Selection): LetterCondition {
  switch (selection.kind) {
    case 'ids':
      return {
        where: `(l.id = any ($1::uuid[])
                 or l.seq in (select max(newest.seq)
                                from erpsync.dead_letter newest
                               where newest.message_id = any ($1::uuid[])
                               group by newest.message_id))`,
        values: [selection.ids],
      }
    case 'group':
      return {where: `l.group_id = $1 and l.state = 'open'`, values: [selection.id]}
    case 'flow':
      return {where: `l.flow = $1 and l.state = 'open'`, values: [selection.flow]}
    case 'all':
      return {where: `l.state = 'open'`, values: []}
    case 'query':
      return toSql(selection.query)
  }
}

/** The letters in words: a query wherever there is one. */
export function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case 'ids':
      return selection.ids.length <= mostNamed
        ? `letter:${selection.ids.join(',')}`
        : `letter:${selection.ids.slice(0, mostNamed).join(',')},… (${selection.ids.length} named)`
    case 'group':
      return `group:${selection.id} state:open`
    case 'flow':
      return `flow:${selection.flow} state:open`
    case 'all':
      return 'state:open'
    case 'query':
      return resolvedText(selection.query)
  }
}

const mostNamed = 20
