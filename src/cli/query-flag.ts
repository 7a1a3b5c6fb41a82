import {Flags} from '@oclif/core'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import {presentProblem} from '#lib/deadletters/query/present-problem.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {systemClock} from '#lib/kernel/clock.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/** Takes a query as text; `readQuery` makes sense of it, or says where there is none. */
export const queryFlag = Flags.custom<string>({
  char: 'q',
  summary: 'which letters, e.g. "flow:orders code:sap:V1/302 age:>1h -tag:ignored"',
  helpValue: '<query>',
})

/**
 * Reads what was given for `--query`, as of now.
 *
 * @throws ErpSyncError 2 with a caret under what cannot be read.
 */
export function readQuery(text: string): ParsedQuery {
  const query = parseLetterQuery(text, systemClock.now())
  if (query.kind === 'query') return query
  throw new ErpSyncError(`The query cannot be read: ${presentProblem(text, query)}`, {
    code: 'query_invalid',
    exitCode: exitCodes.usage,
    hint: 'The query language: docs/dead-letters.md',
  })
}
