/** A stretch of a text that differs from letter to letter, and what kind of thing it is. */
export interface Variable {
  readonly kind: string
  readonly text: string
}

export interface Template {
  /** The text with `<int>`, `<date>`, ... where it differs. */
  readonly text: string
  /** What was taken out, in order. */
  readonly variables: readonly Variable[]
}

/**
 * Takes out of a text what differs between failures of one cause: the first two
 * lines that hold something, at most 1,024 characters, each stretch by the
 * first pattern that fits. Part of the fingerprint: any change here is a new
 * version of it.
 */
export function parameterise(text: string): Template {
  const lines = text
    .slice(0, mostCharacters)
    .split(/[\r\n]+/)
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
  const variables: Variable[] = []
  const template = lines
    .slice(0, 2)
    .join('\n')
    .replaceAll(anyVariable, (found, ...rest: unknown[]) => {
      const kind = kindOf(rest.at(-1))
      variables.push({kind, text: found})
      return `<${kind}>`
    })
  return {text: template, variables}
}

function kindOf(groups: unknown): string {
  if (typeof groups !== 'object' || groups === null) return ''
  return Object.entries(groups).find(([, matched]) => matched !== undefined)?.[0] ?? ''
}

/** In this order: what stands first is the more special. */
const patterns: Readonly<Record<string, readonly RegExp[]>> = {
  quoted: [/(?<==\s?)(?:"[^"\n]*"|'[^'\n]*')/],
  // SAP's users, as in what it says of locks
  user: [/(?<=\b(?:[Uu]ser|[Bb]enutzer):? )[A-Z][A-Z0-9_.-]{1,11}(?![\w.-]*\w)/],
  email: [/(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/],
  url: [/\b[A-Za-z][A-Za-z+.-]{1,15}:\/\/[^\s"'<>()[\],;]+/],
  host: [
    /\b(?:[A-Za-z0-9-]{1,63}\.)+(?:com|net|org|io|de|at|ch|eu|fr|it|nl|uk|us|info|biz|local|localdomain|internal|intranet|corp|lan|cloud|test|example|invalid)(?::\d{1,5})?\b/,
    /\blocalhost(?::\d{1,5})?\b/,
  ],
  ip: [
    /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\d)/,
    /(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}(?::?[0-9A-Fa-f]{1,4})?(?![\w:])/,
    /(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){0,6}:(?::?[0-9A-Fa-f]{1,4}){1,7}(?![\w:])/,
  ],
  uuid: [/\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b/],
  sha: [/\b(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})\b/],
  date: [
    /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-])/,
    /\b\d{1,2}\.\d{1,2}\.\d{4}(?![\w.]*\d)/,
    /\b\d{1,2}\/\d{1,2}\/\d{4}\b/,
    /\/Date\(-?\d+(?:[+-]\d+)?\)\//,
    /\b\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\b(?!:)/,
  ],
  duration: [
    /(?<![\w.,-])\d+(?:[.,]\d+)? ?(?:ms|µs|us|ns|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|Sekunden?|Minuten?|Stunden?|Tagen?)(?!\w)/,
  ],
  iban: [
    /\b[A-Z]{2}\d{2}[A-Z0-9]{4}\d{7}[A-Z0-9]{0,16}\b/,
    /\b[A-Z]{2}\d{2} [A-Z0-9]{4}(?: \d{4}){2,6}(?: \d{1,3})?\b/,
  ],
  hex: [/\b0x[0-9A-Fa-f]+\b/, /\b(?=[A-Fa-f]*\d)(?=\d*[A-Fa-f])[0-9A-Fa-f]{8,}\b/],
  // letters and at least three digits: order numbers of shops, material numbers, batches
  key: [/(?<![\w-])(?=[\w-]*[A-Za-z])(?=(?:[A-Za-z_-]*\d){3})[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*(?!\w)/],
  float: [/(?<![\w.,])[-+]?\d+(?:[.,]\d{3})*[.,]\d+(?![\d.,]*\d)/],
  // SAP's document and material numbers among them, with leading zeros or without; a unit may follow at once
  int: [/(?<!\w)[-+]?\d+(?=[A-Za-z]{0,3}(?!\w))/],
}

const anyVariable = new RegExp(
  Object.entries(patterns)
    .map(([kind, alternatives]) => `(?<${kind}>${alternatives.map(({source}) => source).join('|')})`)
    .join('|'),
  'g',
)

const mostCharacters = 1024
