import type {Row} from './dictionary.js'
import type {WorldTransaction} from './world.js'

/** Midnight (UTC) of today: what a date field holds. */
export function today(tx: WorldTransaction): number {
  const now = tx.now()
  return now - (now % 86_400_000)
}

/** The time of a change, later than that of the one before even within one millisecond: entity tags depend on it. */
export function changedAt(tx: WorldTransaction, former?: Row): number {
  const last = former?.LastChangeDateTime
  return typeof last === 'number' ? Math.max(tx.now(), last + 1) : tx.now()
}
