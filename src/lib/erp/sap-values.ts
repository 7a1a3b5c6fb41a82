/** Fills a number with zeros on the left, as SAP keeps document numbers and keys; what is not all digits stays as it is. */
export function alpha(value: string | number, length: number): string {
  const text = String(value).trim()
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '').padStart(length, '0') : text
}

/**
 * The day of an ISO date or time as it stands there, `20250131`.
 *
 * @throws RangeError if it is none.
 */
export function sapDate(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(iso) ?? []
  const text = `${year}${month}${day}`
  if (isSapDate(text)) return text
  throw new RangeError(`"${iso}" is no ISO date such as 2025-01-31`)
}

/**
 * The time of day of an ISO time as it stands there, `235959`.
 *
 * @throws RangeError if it is none.
 */
export function sapTime(iso: string): string {
  const [, hours, minutes, seconds = '00'] =
    /^(?:\d{4}-\d{2}-\d{2}T)?(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/.exec(iso) ?? []
  const text = `${hours}${minutes}${seconds}`
  if (isSapTime(text)) return text
  throw new RangeError(`"${iso}" is no ISO time such as 23:59:59`)
}

/**
 * A decimal number as text with so many places, never rounded.
 *
 * @throws RangeError if it is none, or has more places.
 */
export function decimal(value: string | number, places: number): string {
  const text = String(value).trim()
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === '') throw new RangeError(`"${text}" is no decimal number`)
  if (fraction.length > places) throw new RangeError(`"${text}" has more than ${places} decimal places`)
  const digits = places === 0 ? whole : `${whole}.${fraction.padEnd(places, '0')}`
  return `${sign === '-' ? '-' : ''}${digits}`
}

/** A day of the calendar as YYYYMMDD, or the initial one. */
export function isSapDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{8}$/.test(value)) return false
  if (value === '00000000') return true
  const iso = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso)
}

/** A time of day as HHMMSS. SAP knows 24:00:00. */
export function isSapTime(value: unknown): boolean {
  return typeof value === 'string' && /^(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d|240000)$/.test(value)
}
