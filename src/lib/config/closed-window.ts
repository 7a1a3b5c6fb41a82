import {z} from 'zod'
import {type ClosedWindow, weekdays} from '#lib/kernel/closed-window.js'

/**
 * A window as people write it: days if not every day, times of the wall clock,
 * and the time zone. `Sun 02:00-04:00 Europe/Berlin`, `Mon-Fri,Sun 22:00-06:00 UTC`.
 *
 * @returns undefined if it is none.
 */
export function parseClosedWindow(text: string): ClosedWindow | undefined {
  const match = /^(?:(\S+) +)?(\d{2}:\d{2})-(\d{2}:\d{2}) +(\S+)$/.exec(text.trim())
  if (!match) return undefined
  const [, dayText, fromText = '', toText = '', timeZone = ''] = match
  const days = dayText === undefined ? everyDay : parseDays(dayText)
  const fromMinute = parseTime(fromText)
  const toMinute = parseTime(toText)
  if (days === undefined || fromMinute === undefined || toMinute === undefined) return undefined
  if (fromMinute === toMinute || fromMinute === dayMinutes || !isTimeZone(timeZone)) return undefined
  return {text: text.trim(), days, fromMinute, toMinute, timeZone}
}

/** A configuration value like `Sun 02:00-04:00 Europe/Berlin`. */
export const closedWindow = z.string().transform((text, context): ClosedWindow => {
  const window = parseClosedWindow(text)
  if (window !== undefined) return window
  const message = `expected a window such as "Sun 02:00-04:00 Europe/Berlin" or "22:00-23:30 UTC", got "${text}"`
  context.addIssue({code: 'custom', message})
  return z.NEVER
})

/** `Sun`, `Mon-Fri`, `Sat-Mon`, or several of these with commas between. */
function parseDays(text: string): readonly number[] | undefined {
  const days = new Set<number>()
  for (const range of text.split(',')) {
    const [first = '', last = first, ...more] = range.split('-')
    const [from, to] = [weekdays.indexOf(first), weekdays.indexOf(last)]
    if (from === -1 || to === -1 || more.length > 0) return undefined
    for (let step = 0; step <= (to - from + 7) % 7; step += 1) days.add((from + step) % 7)
  }
  return [...days].toSorted((a, b) => a - b)
}

function parseTime(text: string): number | undefined {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  const minute = hours * 60 + minutes
  return minutes < 60 && minute <= dayMinutes ? minute : undefined
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const everyDay = weekdays.map((_, day) => day)
const dayMinutes = 1440
