/** One part of a multipart body: its headers, and what follows them. */
export interface Part {
  readonly headers: Headers
  readonly content: string
}

/** Puts parts, headers and all, together to one body. */
export function writeMultipart(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`
}

/** Takes a multipart body apart, as far as it is whole: a part that no delimiter ends is left out. */
export function parseMultipart(body: string, contentType: string | null): readonly (Part | undefined)[] {
  const boundary = boundaryOf(contentType)
  if (boundary === undefined) return []
  const delimiter = new RegExp(`(?:^|\\r?\\n)--${escape(boundary)}(?:--)?[ \\t]*(?=\\r?\\n|$)`)
  return body
    .split(delimiter)
    .slice(1, -1)
    .map((part) => parsePart(part.replace(/^\r?\n/, '')))
}

/** Splits headers from content at the first blank line; undefined if the headers are none. */
export function parsePart(text: string): Part | undefined {
  const blank = /(?:^|\r?\n)\r?\n/.exec(text)
  const head = blank ? text.slice(0, blank.index) : text
  const headers = parseHeaders(head)
  return headers && {headers, content: blank ? text.slice(blank.index + blank[0].length) : ''}
}

function boundaryOf(contentType: string | null): string | undefined {
  const [, quoted, bare] = /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '') ?? []
  return quoted ?? bare
}

function parseHeaders(head: string): Headers | undefined {
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== '')
  try {
    return new Headers(lines.map((line) => nameAndValue(line)))
  } catch {
    // A name or value that HTTP does not allow.
    return undefined
  }
}

function nameAndValue(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()]
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
