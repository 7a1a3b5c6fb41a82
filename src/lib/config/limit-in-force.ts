import type {LimitSettings} from './schema.js'

/** Calls at once of all workers together: as configured, or as found by observation if that is allowed to. */
export function limitInForce({concurrency, adaptive}: LimitSettings, adaptiveLimit: number | null): number {
  if (adaptive === undefined) return concurrency
  return Math.min(adaptive.ceiling, Math.max(adaptive.floor, adaptiveLimit ?? concurrency))
}
