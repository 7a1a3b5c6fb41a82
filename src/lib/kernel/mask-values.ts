/** A text with `***` for every one of the values in it. */
export type TextMask = (text: string) => string

/**
 * Makes a mask of values, e.g. those that `maskPersonal` found. They are masked
 * in upper and lower case alike, quoted and escaped, and cut short, as SAP cuts
 * what is too long for a field. Values of fewer than three characters are left
 * out: nothing could be read any more.
 */
export function textMask(values: readonly string[]): TextMask {
  const known = [...new Set(values.map((value) => value.trim()))]
    .filter((value) => value.length >= leastLength)
    // The longest first: a first name must not break up the full name.
    .toSorted((a, b) => b.length - a.length)
  if (known.length === 0) return (text) => text
  const pattern = new RegExp(known.flatMap(patternsOf).join('|'), 'giu')
  return (text) => text.replaceAll(pattern, '***')
}

/** Masks all texts and numbers in a value, at any depth; names stay. */
export function maskTexts(value: unknown, mask: TextMask): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value === 'number') return mask(String(value)) === '***' ? '***' : value
  if (Array.isArray(value)) return value.map((part) => maskTexts(part, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, maskTexts(part, mask)]))
}

/** As it stands in JSON, in XML, in a URL and in a filter of OData; as it is, or the beginning of it. */
function patternsOf(value: string): readonly string[] {
  const escaped = [
    JSON.stringify(value).slice(1, -1),
    value.replaceAll(/[&<>"']/g, (character) => xmlEscapes[character] ?? character),
    encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\uFFFD')),
    value.replaceAll("'", "''"),
  ]
  return [...new Set(escaped)]
    .filter((form) => form !== value)
    .map(escapePattern)
    .concat(beginningOf(value))
}

/** Matches the value, and whatever of it is left after a cut behind its first characters. */
function beginningOf(value: string): string {
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what a pattern matches
  const characters = [...value].map(escapePattern)
  const middle = characters.slice(leastCut, mostCut)
  const rest = characters.slice(mostCut).join('')
  const tail = middle.reduceRight((after, character) => `(?:${character}${after})?`, rest === '' ? '' : `(?:${rest})?`)
  return characters.slice(0, leastCut).join('') + tail
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}

const leastLength = 3
/** SAP's short fields have ten characters, its names forty. */
const leastCut = 10
const mostCut = 80
const xmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}
