/** Items that may be sent by a rate, and when that was last reckoned. */
export interface Pace {
  readonly allowed: number
  readonly atMs: number
}

/**
 * The pace at a later moment: what the rate adds since, but never more than it
 * gives in a second, so that a long wait is not followed by a flood.
 */
export function paceAt(pace: Pace | null, nowMs: number, ratePerS: number): Pace {
  if (pace === null) return {allowed: Math.min(1, ratePerS), atMs: nowMs}
  const earned = ((nowMs - pace.atMs) / 1000) * ratePerS
  return {allowed: Math.min(Math.max(1, ratePerS), pace.allowed + earned), atMs: nowMs}
}

/** The pace after items were sent. */
export function spend(pace: Pace, items: number): Pace {
  return {...pace, allowed: pace.allowed - items}
}
