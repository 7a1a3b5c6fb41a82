import type {Database} from '#lib/db/database.js'
import {announceChange} from '#lib/ledger/control.js'
import {lockDestination, registerDestinations, writeBreaker} from '#lib/ledger/destinations.js'
import {addPause, endPause, type NewPause, type Pause, replacePause} from '#lib/ledger/pauses.js'

/** What resuming has brought about. */
export interface Resumption {
  /** The pause that was in force; null if there was none. */
  readonly ended: Pause | null
  /** The breaker is open, and the probe that would have come later comes now. */
  readonly probesNow: boolean
}

/** Pauses a destination or a flow, on behalf of a person; in place of the pause there may be. */
export async function pauseDeliveries(database: Database, pause: NewPause): Promise<Pause> {
  return database.transaction(async (tx) => {
    await announceChange(tx)
    return replacePause(tx, pause)
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

/** Lets a flow's deliveries go on. */
export async function resumeFlow(database: Database, name: string): Promise<Resumption> {
  return database.transaction(async (tx) => {
    const ended = await endPause(tx, 'flow', name)
    await announceChange(tx)
    return {ended: ended ?? null, probesNow: false}
  })
}

/** Lets the calls to a destination go on. If its breaker is open, a message tries at once whether it is back. */
export async function resumeDestination(database: Database, name: string): Promise<Resumption> {
  await registerDestinations(database, [name])
  return database.transaction(async (tx) => {
    const ended = await endPause(tx, 'destination', name)
    const {breaker, now} = await lockDestination(tx, name)
    const probesNow = breaker.kind === 'open'
    if (probesNow) await writeBreaker(tx, name, {...breaker, probeAt: now})
    await announceChange(tx)
    return {ended: ended ?? null, probesNow}
  })
}
