import {Args} from '@oclif/core'
import type {Config} from '#lib/config/load.js'
import type {Selection} from '#lib/deadletters/operations/selection.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {readSelection, selectionFlags} from './selection-flags.js'

/** For a command that changes letters which are named or queried; it has to set `strict = false`. */
export const letterArgs = {
  ids: Args.string({description: 'a group, or letters by their ids or those of their messages'}),
}

export const letterFlags = {query: selectionFlags.query, 'ids-from': selectionFlags['ids-from']}

/**
 * The letters that are meant.
 *
 * @throws ErpSyncError 2 unless exactly one way of saying so was used.
 */
export async function requireSelection(
  config: Config,
  args: readonly string[],
  flags: {readonly query: string | undefined; readonly 'ids-from': string | undefined},
): Promise<Selection> {
  const selection = await readSelection(config, args, {...flags, flow: undefined, all: false})
  if (selection) return selection
  throw new ErpSyncError('Say which letters are meant.', {
    code: 'selection_invalid',
    exitCode: exitCodes.usage,
    hint: 'Name letters by id, a group, a query with -q, or a file with --ids-from.',
  })
}
