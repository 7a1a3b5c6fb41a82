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
  {id, flow: flowName}: Pick<ResyncRun, 'id' | 'flow'>,
  timeoutMs: number,
  say: (line: string) => void,
): Promise<FollowedRun> {
  const flow = findFlow(config, flowName)
  const door = await openDoor(flow)
  const stopping = stopSignal(`erpsync resync resume ${id}`)
  const counter = openCounter(process.stderr)
  let toldOpening = 0
  try {
    const {end, run} = await carryOut(id, {
      database,
      door,
      lease,
      operator,
      destination: flow.destination,
      clock: systemClock,
      timeoutMs,
      signal: stopping.signal,
      onProgress: ({counts, window}, opensAt) => {
        counter.show(runCountsText(counts))
        if (opensAt === null || counts.pending === 0 || toldOpening === opensAt.getTime()) return
        toldOpening = opensAt.getTime()
        say(`Outside its window ${window ?? ''}: nothing is sent before ${opensAt.toISOString()}.`)
      },
    })
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
  {id, flow}: {readonly id: string; readonly flow: string},
): Promise<ResyncRun> {
  const door = await openDoor(findFlow(config, flow))
  return sendAtOnce(id, {database, door, lease, operator})
}

/** How a run ended, in words, and what to type next. */
export function presentFollowedRun({end, run}: Pick<FollowedRun, 'end' | 'run'>): string {
  return [
    `${runEndText(end, run)} ${runCountsText(run.counts)}`,
    ...nextSteps(run),
    `All of it: erpsync resync show ${run.id}`,
  ].join('\n')
}
