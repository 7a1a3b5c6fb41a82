/** The document in a copy that never became a message; undefined if it is no JSON. */
export function parseRaw(raw: Buffer | null): unknown {
  try {
    return raw === null ? undefined : JSON.parse(raw.toString('utf8'))
  } catch {
    return undefined
  }
}
