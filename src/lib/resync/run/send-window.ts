import {parseClosedWindow} from '#lib/config/closed-window.js'
import {closedWindowAt, nextChange} from '#lib/kernel/closed-window.js'

/**
 * Reads when a run may send, e.g. `20:00-06:00` or `Mon-Fri 20:00-06:00 Europe/Berlin`;
 * without a time zone it is that of this machine, which is then written down.
 *
 * @returns undefined if it is none.
 */
export function readSendWindow(text: string, ownZone: string): string | undefined {
  const known = parseClosedWindow(text) ?? parseClosedWindow(`${text.trim()} ${ownZone}`)
  return known?.text
}

/** When a run may send again; null if it may now. */
export function opensAt(window: string | null, now: Date): Date | null {
  const parsed = window === null ? undefined : parseClosedWindow(window)
  if (parsed === undefined || closedWindowAt([parsed], now) !== undefined) return null
  return nextChange([parsed], now) ?? null
}
