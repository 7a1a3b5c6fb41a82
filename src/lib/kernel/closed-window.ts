/** A time of the week during which a destination is not called. */
export interface ClosedWindow {
  /** As it was written, for people. */
  readonly text: string
  /** The days it begins on; 0 is Sunday. */
  readonly days: readonly number[]
  readonly fromMinute: number
  /** Minute of the day; not above `fromMinute` if the window ends on the next day. */
  readonly toMinute: number
  readonly timeZone: string
}

/**
 * The first of the windows that a moment lies in. Windows are times on the wall
 * clock of their zone: an hour that the clock shows twice is closed twice.
 */
export function closedWindowAt(windows: readonly ClosedWindow[], moment: Date): ClosedWindow | undefined {
  return windows.find((window) => covers(window, readClock(clockOf(window), moment)))
}

/** When the next window begins, or the present one ends; undefined if nothing changes for a week. */
export function nextChange(windows: readonly ClosedWindow[], moment: Date): Date | undefined {
  if (windows.length === 0) return undefined
  const clocks = windows.map((window) => ({window, clock: clockOf(window)}))
  const isClosed = (at: Date): boolean => clocks.some(({window, clock}) => covers(window, readClock(clock, at)))
  const wasClosed = isClosed(moment)

  const end = moment.getTime() + weekMs
  for (let at = moment.getTime(); at <= end;) {
    if (isClosed(new Date(at)) !== wasClosed) return new Date(at)
    const steps = clocks.map(({window, clock}) => minutesToEdge(window, readClock(clock, new Date(at)).minute))
    // Clocks are changed at full half hours only, so that no step leaps over a change.
    const next = Math.min(at + Math.min(...steps) * minuteMs, at + halfHourMs)
    at = Math.min(Math.floor(next / minuteMs) * minuteMs, (Math.floor(at / halfHourMs) + 1) * halfHourMs)
  }
  return undefined
}

interface WallClock {
  readonly day: number
  readonly minute: number
}

function covers({days, fromMinute, toMinute}: ClosedWindow, {day, minute}: WallClock): boolean {
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute
  const yesterday = (day + 6) % 7
  return (days.includes(day) && minute >= fromMinute) || (days.includes(yesterday) && minute < toMinute)
}

function minutesToEdge({fromMinute, toMinute}: ClosedWindow, minute: number): number {
  const until = (edge: number): number => (edge > minute ? edge - minute : edge - minute + dayMinutes)
  return Math.min(until(fromMinute), until(toMinute % dayMinutes))
}

function clockOf({timeZone}: ClosedWindow): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

function readClock(clock: Intl.DateTimeFormat, moment: Date): WallClock {
  const parts = new Map(clock.formatToParts(moment).map(({type, value}) => [type, value]))
  return {
    day: weekdays.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

/** As windows are written, and as `Intl` names them in English. */
export const weekdays: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const dayMinutes = 1440
const minuteMs = 60_000
const halfHourMs = 30 * minuteMs
const weekMs = 7 * dayMinutes * minuteMs
