import type {Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {failureExitCode} from '#lib/erp/failure-exit-code.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {differingOf, type Entry} from '#lib/resync/entry.js'
import {makePlan, type PlanRequest, type Tally} from '#lib/resync/make-plan.js'
import {openPlanWriter} from '#lib/resync/plan-file.js'
import {progressOf} from '#lib/resync/present-entries.js'
import {interruptible} from './interruptible.js'
import {withDesk} from './with-desk.js'

/** What was compared, and what is shown of it. */
export interface PlannedResync {
  readonly tally: Tally
  /** The first keys that are worth showing. */
  readonly shown: readonly Entry[]
  /** Keys that are worth showing and are not among them. */
  readonly more: number
}

export interface PlanOptions {
  readonly flow: string
  readonly request: PlanRequest & {readonly text: string}
  readonly createdAt: Date
  readonly createdBy: string
  readonly out: string | undefined
  readonly unmask: boolean
  readonly isFromLedger: boolean
  readonly limit: number
  readonly isWorthShowing: (entry: Entry) => boolean
  readonly say: (line: string) => void
}

/**
 * Compares keys with SAP, shows how far it is, and writes a plan's file if one is wanted:
 * of keys that are not equal, for the others there is nothing to do.
 */
export async function planResync(
  work: {readonly config: Config; readonly database: Database},
  {flow, request, createdAt, createdBy, out, unmask, isFromLedger, limit, isWorthShowing, say}: PlanOptions,
): Promise<PlannedResync> {
  const counter = openCounter(process.stderr)
  const shown: Entry[] = []
  let more = 0
  const show = (entry: Entry): void => {
    if (!isWorthShowing(entry)) return
    if (shown.length < limit) shown.push(entry)
    else more += 1
  }
  try {
    const tally = await interruptible(async (signal) =>
      withDesk(work, {flow, unmask, isFromLedger, isMetered: true, signal, say}, async (desk) => {
        const head = {
          flow,
          createdAt: createdAt.toISOString(),
          createdBy,
          selection: request.text,
          internal: desk.internal.kind,
        }
        const file = out === undefined ? undefined : await openPlanWriter(out, head)
        try {
          const take = async (entries: readonly Entry[]): Promise<void> => {
            for (const entry of entries) show(entry)
            await file?.add(entries.filter(({class: kind}) => kind !== 'equal'))
          }
          const onProgress = (soFar: Tally): void => counter.show(progressOf(soFar))
          const all = await makePlan(desk, desk.connector, request, {take, onProgress, signal})
          await file?.finish(all.counts)
          return all
        } finally {
          await file?.abandon()
        }
      }),
    )
    return {tally, shown, more}
  } finally {
    counter.clear()
  }
}

/** The code to end a comparison with. */
export function planExitCode({counts, keys, unknown, listFailure, firstFailure}: Tally): ExitCode {
  if (differingOf(counts) > 0) return exitCodes.different
  if (firstFailure !== null && counts.unreadable === keys) return unreadableExitCode(firstFailure)
  if (counts.unreadable > 0 || unknown.length > 0 || listFailure !== null) return exitCodes.someFailed
  return counts.in_flight > 0 ? exitCodes.pending : exitCodes.ok
}

/** The code for what could not be read: SAP that is not there, or refuses us, is no matter of single keys. */
export function unreadableExitCode({class: kind, ...failure}: NonNullable<Entry['failure']>): ExitCode {
  switch (kind) {
    case 'transient':
    case 'throttled':
    case 'config':
      return failureExitCode({class: kind, ...failure})
    case 'conflict':
    case 'permanent':
    case 'in_doubt':
      return exitCodes.someFailed
  }
}
