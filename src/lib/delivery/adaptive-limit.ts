import type {LimitSettings} from '#lib/config/schema.js'

/** What a worker saw of a destination since it last looked. */
export interface Observation {
  readonly calls: number
  readonly averageMs: number
  /** The lowest average of the recent past: how fast the destination is when it is well. */
  readonly baselineMs: number
  /** The destination asked for less. */
  readonly isThrottled: boolean
  /** All slots were in use at some time: more would have been used. */
  readonly isSaturated: boolean
}

/**
 * The next concurrency by additive increase and multiplicative decrease, as TCP
 * finds its window: the one rule of its kind that converges to a fair and full
 * use (Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for
 * Congestion Avoidance in Computer Networks", 1989). That latency far above its
 * recent minimum counts as congestion, and that a limit grows only while it is
 * used, follows Netflix's concurrency-limits.
 */
export function adaptLimit(
  limit: number,
  {calls, averageMs, baselineMs, isThrottled, isSaturated}: Observation,
  {floor, ceiling}: NonNullable<LimitSettings['adaptive']>,
): number {
  const within = (wanted: number): number => Math.min(ceiling, Math.max(floor, wanted))
  if (isThrottled) return within(Math.floor(limit * decrease))
  if (calls === 0) return within(limit)
  if (averageMs > baselineMs * congested + slackMs) return within(Math.floor(limit * decrease))
  return within(isSaturated && averageMs <= baselineMs * healthy + slackMs ? limit + 1 : limit)
}

/** Gathers what `adaptLimit` is to judge. */
export interface Observer {
  readonly note: (call: {readonly lastedMs: number; readonly isThrottled: boolean}) => void
  readonly noteSaturation: () => void
  /** What was seen since the last look; the next begins anew. */
  readonly look: () => Observation
}

export function createObserver(): Observer {
  const recentAverages: number[] = []
  const fresh = {calls: 0, totalMs: 0, isThrottled: false, isSaturated: false}
  let seen = {...fresh}
  return {
    note: ({lastedMs, isThrottled}) => {
      // A refusal for want of capacity comes fast and says nothing about the latency.
      if (isThrottled) seen.isThrottled = true
      else seen = {...seen, calls: seen.calls + 1, totalMs: seen.totalMs + lastedMs}
    },
    noteSaturation: () => {
      seen.isSaturated = true
    },
    look: () => {
      const {calls, totalMs, isThrottled, isSaturated} = seen
      const averageMs = calls === 0 ? 0 : totalMs / calls
      if (calls > 0) recentAverages.push(averageMs)
      if (recentAverages.length > recentLooks) recentAverages.shift()
      seen = {...fresh}
      return {calls, averageMs, baselineMs: Math.min(averageMs, ...recentAverages), isThrottled, isSaturated}
    },
  }
}

const decrease = 0.75
const healthy = 1.5
const congested = 2
/** Differences of a few milliseconds mean nothing. */
const slackMs = 10
/** Looks that the baseline remembers: minutes, so that it follows when SAP becomes slower for good. */
const recentLooks = 60
