/** The values of an answer, with bytes as hexadecimal text: that is how mappings see them, and JSON has no bytes. */
export function writeBytes(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, writeValue(value)]))
}

function writeValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (Array.isArray(value)) return value.map(writeValue)
  return isObject(value) ? writeBytes(value) : value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
