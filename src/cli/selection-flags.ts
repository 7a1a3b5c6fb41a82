import {readFile} from 'node:fs/promises'
import {text as readAll} from 'node:stream/consumers'
import {Flags} from '@oclif/core'
import {type Config, findFlow} from '#lib/config/load.js'
import type {Selection} from '#lib/deadletters/operations/selection.js'
import {isGroupId} from '#lib/deadletters/query/parse.js'
import {errorCode, ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import type {ReplaySource} from './plan-replay.js'
import {queryFlag, readQuery} from './query-flag.js'

/** Flags that say which letters an operation is about, beside ids and a group as arguments. */
export const selectionFlags = {
  query: queryFlag(),
  flow: Flags.string({summary: 'all open letters of this flow'}),
  all: Flags.boolean({summary: 'all open letters'}),
  'ids-from': Flags.string({
    summary: 'letters or messages whose ids are in this file, or - for stdin',
    helpValue: '<file>',
  }),
}

interface SelectionFlags {
  readonly query: string | undefined
  readonly flow: string | undefined
  readonly all: boolean
  readonly 'ids-from': string | undefined
}

/**
 * Which letters are meant; undefined if no way of saying so was used.
 *
 * @throws ErpSyncError 2 if more than one way was used, or a name is none.
 */
export async function readSelection(
  config: Config,
  args: readonly string[],
  flags: SelectionFlags,
): Promise<Selection | undefined> {
  const {query, flow, all, 'ids-from': idsFrom} = flags
  const ways = [args.length > 0, query !== undefined, flow !== undefined, all, idsFrom !== undefined]
  if (ways.filter(Boolean).length > 1) throw usage('Say in one way which letters are meant.')
  if (args.length > 0) return readNames(args)
  if (query !== undefined) return {kind: 'query', query: readQuery(query)}
  if (flow !== undefined) return {kind: 'flow', flow: findFlow(config, flow).name}
  if (all) return {kind: 'all'}
  return idsFrom === undefined ? undefined : {kind: 'ids', ids: await readIds(idsFrom)}
}

/**
 * Where the letters of a replay come from.
 *
 * @throws ErpSyncError 2 unless exactly one way of saying so was used.
 */
export async function readReplaySource(
  config: Config,
  args: readonly string[],
  flags: SelectionFlags & {readonly plan: string | undefined; readonly limit: number | undefined},
): Promise<ReplaySource> {
  const selection = await readSelection(config, args, flags)
  if (flags.plan !== undefined && selection === undefined) return {kind: 'plan', path: flags.plan}
  if (flags.plan !== undefined) throw usage('A plan says already which letters are meant.')
  if (selection === undefined) throw usage('Say which letters are meant.')
  return {kind: 'selection', selection, limit: flags.limit ?? null}
}

function readNames(args: readonly string[]): Selection {
  const [first = ''] = args
  if (args.length === 1 && isGroupId(first.toUpperCase())) return {kind: 'group', id: first.toUpperCase()}
  return {kind: 'ids', ids: requireIds(args)}
}

async function readIds(path: string): Promise<readonly string[]> {
  const text = await (path === '-' ? readAll(process.stdin) : readFile(path, 'utf8')).catch((error: unknown) => {
    throw new ErpSyncError(`The ids in ${path} cannot be read: ${errorCode(error) ?? 'unreadable'}.`, {
      code: 'ids_missing',
      exitCode: exitCodes.missingInput,
      cause: error,
    })
  })
  return requireIds(text.split(/\s+/).filter((word) => word !== ''))
}

function requireIds(texts: readonly string[]): readonly string[] {
  const unreadable = texts.find((text) => !isId(text))
  if (unreadable === undefined) return texts
  throw usage(`"${unreadable}" is not the id of a letter.`)
}

function usage(message: string): ErpSyncError {
  return new ErpSyncError(message, {
    code: 'selection_invalid',
    exitCode: exitCodes.usage,
    hint: 'Name letters by id, a group, a query with -q, a flow with --flow, a file with --ids-from, or --all.',
  })
}
