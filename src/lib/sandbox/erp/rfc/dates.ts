/** A DATS field as time in ms; null if it is initial, undefined if there is no such day. */
export function fromDats(value: string): number | null | undefined {
  if (value.trim() === '' || value === '00000000') return null
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(value)
  if (!match) return undefined
  const time = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
  return toDats(time) === value ? time : undefined
}

/** The day as it stands in a DATS field. */
export function toDats(time: unknown): string {
  return typeof time === 'number' ? new Date(time).toISOString().slice(0, 10).replaceAll('-', '') : '00000000'
}
