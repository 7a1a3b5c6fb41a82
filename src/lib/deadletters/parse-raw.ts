/** The document in a copy that never became a message; undefined if it is no JSON. */
export function parseRaw(raw: Buffer | null): unknown {
  return raw === null ? undefined : parseText(raw.toString('utf8'))
}

/** The same of its text. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
