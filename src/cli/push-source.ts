import {Flags} from '@oclif/core'
import {type Config, type Flow, requireSecrets} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import type {MarkKind} from '#lib/intake/sources/mark.js'
import {runSourcePush, trySourcePush} from '#lib/intake/sources/push-source.js'
import type {Reach} from '#lib/intake/sources/reading.js'
import {openSource} from '#lib/intake/sources/source.js'
import type {RunRequest} from '#lib/intake/runs/conduct-run.js'
import type {PushEnd} from '#lib/intake/runs/push-lines.js'
import type {PushRun} from '#lib/intake/runs/push-run.js'
import {systemClock} from '#lib/kernel/clock.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {readTime} from './read-time.js'

/** Flags of a push that reads the source of its flow. */
export const sourceFlags = {
  'from-source': Flags.boolean({
    summary: 'read what is new by the source query of the flow, and no files',
    default: false,
    exclusive: ['format', 'encoding', 'delimiter', 'validate-only'],
    helpGroup: 'SOURCE',
  }),
  since: Flags.string({
    summary: 'read what changed since then instead, e.g. 2h, 1d, 2026-11-22T08:00Z, or a number',
    helpValue: '<time>',
    dependsOn: ['from-source'],
    exclusive: ['full'],
    helpGroup: 'SOURCE',
  }),
  full: Flags.boolean({
    summary: 'read all of it',
    default: false,
    dependsOn: ['from-source'],
    helpGroup: 'SOURCE',
  }),
}

/**
 * The files to push, none if the source is read.
 *
 * @throws ErpSyncError 2 if nothing or both was named.
 */
export function requirePaths(
  paths: readonly string[],
  {'from-source': isFromSource}: {readonly 'from-source': boolean},
): readonly string[] {
  if (isFromSource === (paths.length === 0)) return paths
  throw new ErpSyncError(
    isFromSource ? 'Files and --from-source are two pushes: name one of them.' : 'Nothing to push is named.',
    {
      code: 'usage',
      exitCode: exitCodes.usage,
      hint: 'Name files, - for standard input, or --from-source for the source of the flow.',
    },
  )
}

/** Pushes from the source of a flow; it is no run if it is only tried. */
export async function pushFromSource(
  {config, flow, database}: {readonly config: Config; readonly flow: Flow; readonly database: Database},
  {since, full}: {readonly since: string | undefined; readonly full: boolean},
  {isTrial, onNotice, ...request}: RunRequest & {readonly isTrial: boolean; readonly onNotice: (text: string) => void},
): Promise<{readonly run: PushRun | null; readonly end: PushEnd}> {
  requireSecrets(config, `flows.${flow.name}.source`)
  const source = await openSource(flow, request.signal)
  try {
    const reach = reachOf(source.columns.markKind, {since, full})
    const work = {...request, source, reach, onNotice}
    return isTrial ? {run: null, end: await trySourcePush(database, work)} : await runSourcePush(database, work)
  } finally {
    await source.close()
  }
}

function reachOf(kind: MarkKind, {since, full}: {readonly since: string | undefined; readonly full: boolean}): Reach {
  if (full) return {kind: 'all'}
  if (since === undefined) return {kind: 'news'}
  if (kind === 'number') {
    if (/^-?\d{1,18}$/.test(since)) return {kind: 'since', mark: since}
    throw badSince(`"${since}" is no whole number, which the watermark of the source is`)
  }
  try {
    return {kind: 'since', mark: readTime(since, systemClock.now()).toISOString().replace('Z', '000Z')}
  } catch (error) {
    throw badSince(error instanceof Error ? error.message : String(error))
  }
}

function badSince(why: string): ErpSyncError {
  return new ErpSyncError(`--since ${why}.`, {code: 'since_invalid', exitCode: exitCodes.usage})
}
