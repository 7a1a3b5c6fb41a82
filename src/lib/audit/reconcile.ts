import {delayQueueOf, queueOf} from '#lib/broker/names.js'
import type {Holding, Holdings} from './holdings.js'
import type {Need, Place} from './places.js'

/** A place of a flow with what the ledger needs there and what is there. */
export interface Balance {
  readonly flow: string
  readonly place: Place
  /** The queues a copy may be in; none for what is not on the broker. */
  readonly queues: readonly string[]
  readonly needed: number
  /** Null where it cannot be known. */
  readonly held: number | null
  /** Copies that must be missing, at least. */
  readonly shortBy: number
  /** Whether every message of the place is without a copy, so that all of them can be named. */
  readonly isEmpty: boolean
}

/**
 * Sets what the ledger needs against what the queues hold. More copies than
 * needed are no fault: the ledger recognises a surplus copy. A copy from a
 * delay tier may be in the retry lane by now, so what the lane has to spare
 * counts for the tiers too.
 */
export function reconcile(prefix: string, needs: readonly Need[], holdings: Holdings): readonly Balance[] {
  const spare = new Map([...holdings].map(([queue, holding]) => [queue, copiesOf(holding)]))
  const settle = (need: Need): Balance => {
    const queues = queuesOf(prefix, need)
    if (need.place.kind === 'nowhere')
      return {...need, queues, needed: need.count, held: 0, shortBy: need.count, isEmpty: true}
    if (need.place.kind === 'outbox')
      return {...need, queues, needed: need.count, held: null, shortBy: 0, isEmpty: false}

    const held = queues.reduce((sum, queue) => sum + copiesOf(holdings.get(queue)), 0)
    const shortBy = need.count - takeFrom(spare, queues, need.count)
    return {
      ...need,
      queues,
      needed: need.count,
      held: Number.isFinite(held) ? held : null,
      shortBy,
      isEmpty: shortBy === need.count,
    }
  }
  // Lanes before tiers: a tier takes what a lane has to spare, never the other way round.
  const [lanes, others] = [
    needs.filter(({place}) => place.kind === 'lane'),
    needs.filter(({place}) => place.kind !== 'lane'),
  ]
  return [...lanes, ...others].map(settle)
}

/** The shortfalls that two looks agree on: what was short once may have been in between. */
export function confirmShortfalls(first: readonly Balance[], second: readonly Balance[]): readonly Balance[] {
  return first.flatMap((balance) => {
    const again = second.find((other) => other.flow === balance.flow && samePlace(other.place, balance.place))
    const shortBy = Math.min(balance.shortBy, again?.shortBy ?? 0)
    return shortBy > 0 && again ? [{...again, shortBy, isEmpty: balance.isEmpty && again.isEmpty}] : []
  })
}

/** All queues the needs are about. */
export function queuesOf(prefix: string, {flow, place}: Pick<Need, 'flow' | 'place'>): readonly string[] {
  switch (place.kind) {
    case 'lane':
      return [queueOf(prefix, flow, place.lane)]
    case 'tier':
      return [delayQueueOf(prefix, flow, place.ms), queueOf(prefix, flow, 'retry')]
    case 'outbox':
    case 'nowhere':
      return []
  }
}

function samePlace(one: Place, other: Place): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** A queue that may hold more than is known is taken to hold enough: nothing is called missing on a guess. */
function copiesOf(holding: Holding | undefined): number {
  switch (holding?.kind) {
    case 'known':
      return holding.copies
    case 'at_least':
      return Infinity
    case 'gone':
    case undefined:
      return 0
  }
}

function takeFrom(spare: Map<string, number>, queues: readonly string[], wanted: number): number {
  let taken = 0
  for (const queue of queues) {
    const take = Math.min(spare.get(queue) ?? 0, wanted - taken)
    spare.set(queue, (spare.get(queue) ?? 0) - take)
    taken += take
  }
  return taken
}
