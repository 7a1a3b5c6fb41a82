import {parseDuration} from '#lib/config/duration.js'

/** Reads a time as people write it: how long ago it was, or when. */
export function readTime(text: string, now: Date): Date {
  const ms = parseDuration(text)
  if (ms !== undefined) return new Date(now.getTime() - ms)
  const at = Date.parse(text)
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(at)) return new Date(at)
  throw new Error(`"${text}" is no time; write 2h, 1d, 2026-11-22 or 2026-11-22T08:00Z`)
}
