import {Args} from '@oclif/core'
import type {LetterSelection} from '#lib/deadletters/repair/select-letters.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {readQuery} from './query-flag.js'

/** For a command that takes letters by their ids beside `--query`; it has to set `strict = false`. */
export const letterArgs = {ids: Args.string({description: 'letters, by their ids or those of their messages'})}

/**
 * Letters by ids or by a query, one of the two.
 *
 * @throws ErpSyncError 2 if none, both or something unreadable is given.
 */
export function readSelection(
  ids: readonly string[],
  query: string | undefined,
  adapt: (query: ParsedQuery) => ParsedQuery = (parsed) => parsed,
): LetterSelection {
  const unreadable = ids.find((id) => !isId(id))
  if (unreadable !== undefined) throw usage(`"${unreadable}" is not the id of a letter.`)
  if (ids.length > 0 === (query !== undefined)) throw usage('Name letters by their ids, or by a query with --query.')
  return query === undefined ? {kind: 'ids', ids} : {kind: 'query', query: adapt(readQuery(query))}
}

function usage(message: string): ErpSyncError {
  return new ErpSyncError(message, {code: 'selection_invalid', exitCode: exitCodes.usage, hint: 'Type: erpsync dlq list'})
}
