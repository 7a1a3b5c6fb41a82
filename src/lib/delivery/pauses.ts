import type {Database} from '#lib/db/database.js'
import {announceChange} from '#lib/ledger/control.js'
import {lockDestination, registerDestinations, writeBreaker} from '#lib/ledger/destinations.js'
import {
  addPause,
  endPause,
  lockPause,
  type NewPause,
  type Pause,
  type PauseScope,
  replacePause,
} from '#lib/ledger/pauses.js'
import {type Operator, recordAction, type TrailEntry} from '#lib/ledger/trail.js'

/** What resuming has brought about. */
export interface Resumption {
  /** The pause that was in force; null if there was none. */
  readonly ended: Pause | null
  /** The breaker is open, and the probe that would have come later comes now. */
  readonly probesNow: boolean
}

/** Pauses a destination or a flow, in place of the pause there may be. Written to the trail. */
export async function pauseDeliveries(
  database: Database,
  {scope, name, forMs}: Pick<NewPause, 'scope' | 'name' | 'forMs'>,
  operator: Operator,
): Promise<Pause> {
  return database.transaction(async (tx) => {
    const before = await lockPause(tx, scope, name)
    const pause = await replacePause(tx, {scope, name, forMs, by: operator.actor, reason: operator.reason})
    await announceChange(tx)
    await recordAction(tx, operator, {action: `${scope}.pause`, ...changeOf(scope, name, before, pause)})
    return pause
  })
}

/** Pauses by itself. What somebody has paused for good stays as it is; true if this pause is the one that holds. */
export async function pauseUnlessPaused(database: Database, pause: NewPause): Promise<boolean> {
  return database.transaction(async (tx) => {
    const isNew = await addPause(tx, pause)
    if (isNew) await announceChange(tx)
    return isNew
  })
}

/** Lets a flow's deliveries go on. Written to the trail, if it was paused. */
export async function resumeFlow(database: Database, name: string, operator: Operator): Promise<Resumption> {
  return database.transaction(async (tx) => {
    const ended = await endPause(tx, 'flow', name)
    await announceChange(tx)
    if (ended) await recordAction(tx, operator, {action: 'flow.resume', ...changeOf('flow', name, ended, undefined)})
    return {ended: ended ?? null, probesNow: false}
  })
}

/**
 * Lets the calls to a destination go on. If its breaker is open, a message
 * tries at once whether it is back. Written to the trail, if either changed anything.
 */
export async function resumeDestination(database: Database, name: string, operator: Operator): Promise<Resumption> {
  await registerDestinations(database, [name])
  return database.transaction(async (tx) => {
    const ended = await endPause(tx, 'destination', name)
    const {breaker, now} = await lockDestination(tx, name)
    const probesNow = breaker.kind === 'open'
    if (probesNow) await writeBreaker(tx, name, {...breaker, probeAt: now})
    await announceChange(tx)
    if (ended || probesNow) {
      const change = changeOf('destination', name, ended, undefined)
      await recordAction(tx, operator, {
        action: 'destination.resume',
        before: {...change.before, breaker: breaker.kind},
        after: {...change.after, probesNow},
      })
    }
    return {ended: ended ?? null, probesNow}
  })
}

function changeOf(
  scope: PauseScope,
  name: string,
  before: Pause | undefined,
  after: Pause | undefined,
): Pick<TrailEntry, 'flow' | 'before' | 'after'> {
  return {
    flow: scope === 'flow' ? name : undefined,
    before: {[scope]: name, pause: toldOf(before)},
    after: {[scope]: name, pause: toldOf(after)},
  }
}

function toldOf(pause: Pause | undefined) {
  return pause === undefined ? null : {by: pause.by, at: pause.at, until: pause.until, reason: pause.reason}
}
