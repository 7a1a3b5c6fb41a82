import {findFlow} from '#lib/config/load.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {systemClock} from '#lib/kernel/clock.js'
import {type Entry, type SendableClass, sendableClasses} from '#lib/resync/entry.js'
import {openPlanFile} from '#lib/resync/plan-file.js'
import type {InternalKind} from '#lib/resync/internal/internal-side.js'
import {type RunRequest, startRun} from '#lib/resync/run/start-run.js'
import {type Agreement, confirmCount} from './confirm-count.js'
import {interruptible} from './interruptible.js'
import {withInternalSide} from './internal-side.js'
import {startError} from './resync-error.js'
import type {ResyncWork} from './run-resync.js'

/** What of a plan is to be sent. */
export interface TakenPlan {
  readonly keys: number
  readonly internal: InternalKind
  readonly request: Omit<RunRequest, 'guards' | 'window' | 'internal'>
}

/**
 * Takes a plan's file for what it is: whole, as it was written, and young
 * enough to be true.
 *
 * @throws ErpSyncError 65, 66 if it is no plan, 7 if it is too old, 2 if its flow is not configured.
 */
export async function takePlan(
  {config}: Pick<ResyncWork, 'config'>,
  path: string,
  {only, maxAgeMs}: {readonly only: readonly SendableClass[] | undefined; readonly maxAgeMs: number},
): Promise<TakenPlan> {
  const {head, counts, sha256, entries} = await openPlanFile(path)
  const {name: flow} = findFlow(config, head.flow)
  const ageMs = systemClock.now().getTime() - Date.parse(head.createdAt)
  if (ageMs > maxAgeMs) {
    throw new ErpSyncError(`The plan is of ${head.createdAt}: SAP may have changed since. Nothing was sent.`, {
      code: 'plan_old',
      exitCode: exitCodes.conflict,
      hint: `Plan again: erpsync resync plan ${flow} --out ${path}; or say with --max-age how old it may be.`,
    })
  }
  const classes: ReadonlySet<string> = new Set(only ?? sendableClasses)
  return {
    keys: sendableClasses.filter((kind) => classes.has(kind)).reduce((sum, kind) => sum + counts[kind], 0),
    internal: head.internal,
    request: {
      flow,
      selection: head.selection,
      planSha256: sha256,
      entries: () => filtered(entries(), ({class: kind}) => classes.has(kind)),
    },
  }
}

/**
 * Asks for a confirmation that fits the size, and begins the run.
 *
 * @throws ErpSyncError 2, 9 if nobody agrees, 7 if keys have moved since or belong to another run.
 */
export async function beginRun(
  {config, database, lease, operator}: ResyncWork,
  {keys, internal: kind, request, guards, window}: TakenPlan & Pick<RunRequest, 'guards' | 'window'>,
  agreement: Agreement,
): Promise<string> {
  await confirmCount(`Send ${keys} keys of ${request.flow} to SAP again?`, keys, agreement)
  const flow = findFlow(config, request.flow)
  const starting = await interruptible(async (signal) =>
    withInternalSide({config, database}, {flow, kind, signal}, async (internal) =>
      startRun(database, {...request, guards, window, internal}, lease, operator),
    ),
  )
  if (starting.kind !== 'started') throw startError(request.flow, starting)
  return starting.id
}

async function* filtered(entries: AsyncIterable<Entry>, isWanted: (entry: Entry) => boolean): AsyncGenerator<Entry> {
  for await (const entry of entries) if (isWanted(entry)) yield entry
}
