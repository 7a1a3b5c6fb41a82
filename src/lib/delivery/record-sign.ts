import type {BreakerSettings} from '#lib/config/schema.js'
import type {Database} from '#lib/db/database.js'
import {announceChange} from '#lib/ledger/control.js'
import {type BreakerState, lockDestination, writeBreaker} from '#lib/ledger/destinations.js'
import {breakerAfter, type BreakerEvent} from './breaker.js'

/** Moves the breaker that all workers share, and tells them if it has changed. */
export async function recordSign(
  database: Database,
  destination: string,
  event: BreakerEvent,
  settings: BreakerSettings,
): Promise<{readonly before: BreakerState; readonly after: BreakerState}> {
  return database.transaction(async (tx) => {
    const {breaker: before, now} = await lockDestination(tx, destination)
    const after = breakerAfter(event, before, settings, now)
    if (after !== before) {
      await writeBreaker(tx, destination, after)
      await announceChange(tx)
    }
    return {before, after}
  })
}
