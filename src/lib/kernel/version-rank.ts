/**
 * A text that sorts as the versions of a key do: numbers by their value,
 * moments by their time whatever their zone, anything else as it is written.
 * Sorted by code unit, in PostgreSQL by collation "C".
 */
export function versionRank(version: string): string {
  const number = /^(\d{1,30})(?:\.(\d+))?$/.exec(version)
  if (number) return `n${(number[1] ?? '').padStart(30, '0')}.${number[2] ?? ''}`
  if (isMoment(version)) return `m${new Date(version).toISOString()}`
  return `t${version}`
}

/** ISO 8601 with a zone: without one, the same text means different moments on different hosts. */
function isMoment(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
}
