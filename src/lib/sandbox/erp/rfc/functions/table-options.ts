/** One condition of a WHERE clause: the field has this value. */
export interface Condition {
  readonly field: string
  readonly value: string
}

/**
 * Reads the OPTIONS of RFC_READ_TABLE: `FIELD EQ 'value'` (or `=`), joined by AND,
 * over any number of lines. Undefined if it is anything else.
 */
export function parseOptions(lines: readonly string[]): readonly Condition[] | undefined {
  const text = lines.join(' ').trim()
  if (text === '') return []
  const conditions: Condition[] = []
  for (let rest = text; ;) {
    const match = condition.exec(rest)
    if (!match) return undefined
    const [whole, field = '', value = ''] = match
    conditions.push({field: field.toUpperCase(), value: value.replaceAll("''", "'").trimEnd()})
    rest = rest.slice(whole.length)
    if (rest.trim() === '') return conditions
    const and = /^\s+AND\s+/i.exec(rest)
    if (!and) return undefined
    rest = rest.slice(and[0].length)
  }
}

const condition = /^([A-Z][A-Z0-9_]*)\s*(?:\s+EQ\s|=)\s*'((?:[^']|'')*)'/i
