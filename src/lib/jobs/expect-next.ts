import {type JobSettings, nextAfter} from '#lib/config/jobs.js'

/** When a job should start next, and how that is known. */
export interface Expectation {
  readonly at: Date
  /** What the configuration says; or how far apart its last starts were, by their median. */
  readonly by: 'schedule' | 'habit'
  readonly isOverdue: boolean
}

/**
 * When a job should start next. Of one that is not in the configuration only its
 * habit is known, and of one that was seen less than three times not even that.
 *
 * @param starts of its last runs, newest first.
 */
export function expectNext(
  settings: JobSettings | undefined,
  starts: readonly Date[],
  now: Date,
): Expectation | undefined {
  const [last] = starts
  if (settings !== undefined) {
    const at = nextAfter(settings, last ?? now)
    return at === null ? undefined : {at, by: 'schedule', isOverdue: isLate(at, settings.grace, now)}
  }
  const everyMs = medianDistance(starts)
  if (last === undefined || everyMs === undefined) return undefined
  const at = new Date(last.getTime() + everyMs)
  return {at, by: 'habit', isOverdue: isLate(at, Math.max(everyMs / 10, shortestGraceMs), now)}
}

function medianDistance(starts: readonly Date[]): number | undefined {
  const distances = starts
    .slice(1)
    .map((start, index) => (starts[index]?.getTime() ?? 0) - start.getTime())
    .toSorted((a, b) => a - b)
  return distances.length < 2 ? undefined : distances[Math.floor((distances.length - 1) / 2)]
}

function isLate(at: Date, graceMs: number, now: Date): boolean {
  return now.getTime() > at.getTime() + graceMs
}

const shortestGraceMs = 60_000
