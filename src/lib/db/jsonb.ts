/** An escape in JSON text that a jsonb column refuses: U+0000 or half of a surrogate pair. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g

/** A value as JSON for a jsonb column, with U+FFFD for characters it cannot hold; null for nothing. */
export function toJsonb(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return JSON.stringify(value).replaceAll(refused, '$1\uFFFD')
}

/**
 * Where a value holds text that no jsonb column can hold, as a JSON pointer;
 * undefined if it fits exactly as it is.
 */
export function findUnfit(value: unknown, pointer = ''): string | undefined {
  if (value === undefined || JSON.stringify(value).search(refused) === -1) return undefined
  if (typeof value !== 'object' || value === null) return pointer
  for (const [name, part] of Object.entries(value)) {
    const place = `${pointer}/${toJsonb(name)?.slice(1, -1).replaceAll('~', '~0').replaceAll('/', '~1') ?? ''}`
    if (JSON.stringify(name).search(refused) !== -1) return place
    const unfit = findUnfit(part, place)
    if (unfit !== undefined) return unfit
  }
  return undefined
}
