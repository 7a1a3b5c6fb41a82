/** A worker among those that share a destination's slots. */
export interface Claimant {
  readonly worker: string
  /** Calls under way and deliveries that wait for one. */
  readonly demand: number
  /** Slots it holds by a lease that has not expired. */
  readonly granted: number
}

export interface ShareRequest {
  /** Calls at once, of all workers together. */
  readonly limit: number
  /** The worker that asks; `granted` is what it means to keep at least. */
  readonly self: Claimant
  readonly others: readonly Claimant[]
  /** Moves what does not divide evenly on from worker to worker, so that nobody goes without for ever. */
  readonly turn: number
}

export interface Share {
  /** What the worker may use. Never more than the others leave. */
  readonly granted: number
  /** What it should come down to, or will come up to when the others have come down. */
  readonly target: number
}

/**
 * The share of one worker. Grants only what is free: a worker that has too much
 * gives it up by itself, at its next request, so that at no moment more is
 * granted than the limit.
 */
export function shareSlots({limit, self, others, turn}: ShareRequest): Share {
  const target = fairTargets(limit, [self, ...others], turn).get(self.worker) ?? 0
  const taken = others.reduce((sum, {granted}) => sum + granted, self.granted)
  const free = Math.max(0, limit - taken)
  return {target, granted: self.granted + Math.min(free, Math.max(0, target - self.granted))}
}

/**
 * Slots dealt out one by one: first to those that can use them, evenly; then
 * what is left to those that have least, so that an idle worker can begin at once.
 */
function fairTargets(limit: number, claimants: readonly Claimant[], turn: number): ReadonlyMap<string, number> {
  const sorted = claimants.toSorted((a, b) => (a.worker < b.worker ? -1 : 1))
  const first = turn % sorted.length
  const order = [...sorted.slice(first), ...sorted.slice(0, first)]
  const dealt = new Map(order.map(({worker}) => [worker, 0]))
  const of = ({worker}: Claimant): number => dealt.get(worker) ?? 0

  for (let left = limit; left > 0; left -= 1) {
    const hungry = order.filter((claimant) => of(claimant) < claimant.demand)
    const next = (hungry.length > 0 ? hungry : order).reduce((least, claimant) =>
      of(claimant) < of(least) ? claimant : least,
    )
    dealt.set(next.worker, of(next) + 1)
  }
  return dealt
}
