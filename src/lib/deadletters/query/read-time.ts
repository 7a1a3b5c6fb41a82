import {parseDuration} from '#lib/config/duration.js'

/**
 * A moment as people write it: `2026-11-22`, `2026-11-22T08:00`, with seconds
 * and an offset if wanted, UTC without. Undefined if it is none.
 */
export function readMoment(text: string): Date | undefined {
  const match = moment.exec(text)
  if (!match) return undefined
  const [, day = '', time = '00:00', seconds = ':00', zone = 'Z'] = match
  const calendar = new Date(`${day}T00:00:00.000Z`)
  // JavaScript takes the 30th of February for a day in March.
  if (Number.isNaN(calendar.getTime()) || !calendar.toISOString().startsWith(day)) return undefined
  return within(new Date(`${day}T${time}${seconds}${zone}`))
}

/** The moment this long before now; undefined if the text is no length of time or reaches too far. */
export function readAgo(text: string, now: Date): Date | undefined {
  const ms = parseDuration(text)
  return ms === undefined ? undefined : within(new Date(now.getTime() - ms))
}

function within(time: Date): Date | undefined {
  const ms = time.getTime()
  return ms >= earliest && ms <= latest ? time : undefined
}

const moment = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/
/** Years that the four digits of a date, and a timestamp of PostgreSQL, can hold. */
const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(9998, 0, 1)
