/** Spaces calls so that there are no more than so many a second. */
export interface Pace {
  /** How long the next call has to wait; 0 if it may go. */
  readonly waitMs: (nowMs: number) => number
  /** Notes that a call goes; the next has to wait its share of a second. */
  readonly spend: (nowMs: number, perSecond: number) => void
}

/**
 * A token bucket that holds little more than one token: SAP sees a steady trickle
 * instead of a burst a second. The little more makes up for timers that fire late.
 */
export function createPace(): Pace {
  let nextAtMs = 0
  return {
    waitMs: (nowMs) => Math.max(0, nextAtMs - nowMs),
    spend: (nowMs, perSecond) => {
      nextAtMs = Math.max(nextAtMs, nowMs - makeUpMs) + 1000 / perSecond
    },
  }
}

const makeUpMs = 20
