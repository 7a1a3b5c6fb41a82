import {type Config, findFlow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {openDoor} from '#lib/intake/door.js'
import {systemClock} from '#lib/kernel/clock.js'
import type {ExitCode} from '#lib/kernel/exit-codes.js'
import type {Operator} from '#lib/ledger/trail.js'
import type {RunEnd} from '#lib/metering/run-end.js'
import {openCounter} from '#lib/output/counter.js'
import {carryOut, sendAtOnce} from '#lib/resync/run/carry-out.js'
import {nextSteps, runCountsText} from '#lib/resync/run/present-run.js'
import type {Lease, ResyncRun} from '#lib/resync/run/resync-run.js'
import {withInternalSide} from './internal-side.js'
import {runEndExitCode, runEndText} from './run-end.js'
import {stopSignal} from './stop-signal.js'

/** Who carries out a run, and with what. */
export interface ResyncWork {
  readonly config: Config
  readonly database: Database
  readonly operator: Operator
  readonly lease: Lease
}

/** How a followed run ended, and the code to end with. */
export interface FollowedRun {
  readonly end: RunEnd
  readonly run: ResyncRun
  readonly exitCode: ExitCode
}

/**
 * Carries out a run, with its progress on stderr. Ctrl-C once: nothing more is
 * sent, what is on its way is waited for; a second time: the process ends at
 * once, and the run can be resumed when its lease has run out.
 */
export async function followRun(
  {config, database, operator, lease}: ResyncWork,
  {id, flow: flowName, internal: kind}: Pick<ResyncRun, 'id' | 'flow' | 'internal'>,
  timeoutMs: number,
  say: (line: string) => void,
): Promise<FollowedRun> {
  const flow = findFlow(config, flowName)
  const door = await openDoor(flow)
  const stopping = stopSignal(`erpsync resync resume ${id}`)
  const counter = openCounter(process.stderr)
  let toldOpening = 0
  try {
    const options = {
      database,
      door,
      lease,
      operator,
      destination: flow.destination,
      clock: systemClock,
      timeoutMs,
      signal: stopping.signal,
      onProgress: ({counts, window}: ResyncRun, opensAt: Date | null) => {
        counter.show(runCountsText(counts))
        if (opensAt === null || counts.pending === 0 || toldOpening === opensAt.getTime()) return
        toldOpening = opensAt.getTime()
        say(`Outside its window ${window ?? ''}: nothing is sent before ${opensAt.toISOString()}.`)
      },
    }
    const {end, run} = await withInternalSide({config, database}, {flow, kind, signal: toTheEnd}, async (internal) =>
      carryOut(id, {...options, internal}),
    )
    return {
      end,
      run,
      exitCode: runEndExitCode(end, {notDone: run.counts.failed + run.counts.skipped, signal: stopping.reason()}),
    }
  } finally {
    counter.clear()
    stopping.over()
  }
}

/** Sends everything that can go at once, without waiting for outcomes. */
export async function sendRun(
  {config, database, operator, lease}: ResyncWork,
  {id, flow: flowName, internal: kind}: Pick<ResyncRun, 'id' | 'flow' | 'internal'>,
): Promise<ResyncRun> {
  const flow = findFlow(config, flowName)
  const door = await openDoor(flow)
  return withInternalSide({config, database}, {flow, kind, signal: toTheEnd}, async (internal) =>
    sendAtOnce(id, {database, door, lease, operator, internal}),
  )
}

/** A batch that is begun is read to its end: a stop is heard between them. */
const toTheEnd = new AbortController().signal

/** How a run ended, in words, and what to type next. */
export function presentFollowedRun({end, run}: Pick<FollowedRun, 'end' | 'run'>): string {
  return [
    `${runEndText(end, run)} ${runCountsText(run.counts)}`,
    ...nextSteps(run),
    `All of it: erpsync resync show ${run.id}`,
  ].join('\n')
}
