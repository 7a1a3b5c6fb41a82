/** Whether a text is as the pattern says, in which `*` stands for any characters, also none. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const parts = pattern.split('*')
  const [first = '', last = ''] = [parts.at(0), parts.at(-1)]
  if (parts.length === 1) return text === pattern
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  const inner = text.slice(first.length, text.length - last.length)
  let from = 0
  for (const part of parts.slice(1, -1)) {
    const found = inner.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return true
}
