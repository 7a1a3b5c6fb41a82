/** An escape in JSON text that a jsonb column refuses: U+0000 or half of a surrogate pair. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g

/** A value as JSON for a jsonb column, with U+FFFD for characters it cannot hold; null for nothing. */
export function toJsonb(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return JSON.stringify(value).replaceAll(refused, '$1\uFFFD')
}

/** Whether a jsonb column holds the value exactly as it is. */
export function fitsJsonb(value: unknown): boolean {
  return JSON.stringify(value).search(refused) === -1
}
