import {badRequest} from './gateway-error.js'

/** One part of a multipart body: its headers in lower case, and what follows them. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>
  readonly content: string
}

/**
 * Takes a multipart body apart.
 *
 * @throws GatewayError 400 if the content type names no boundary, or the body has no part.
 */
export function parseMultipart(body: string, contentType: string): readonly Part[] {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw badRequest('The multipart content type names no boundary.')
  const delimiter = new RegExp(`(?:^|\\r?\\n)--${escape(boundary)}(?:--)?[ \\t]*(?=\\r?\\n|$)`)
  const parts = body
    .split(delimiter)
    .slice(1)
    .filter((part) => part.trim() !== '')
  if (parts.length === 0) throw badRequest('The multipart body has no part.')
  return parts.map((part) => parsePart(part.replace(/^\r?\n/, '')))
}

/** Splits headers from content at the first blank line. */
export function parsePart(text: string): Part {
  const blank = /(?:^|\r?\n)\r?\n/.exec(text)
  const head = blank ? text.slice(0, blank.index) : text
  const entries = head.split(/\r?\n/).map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, Math.max(colon, 0)).trim().toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    headers: Object.fromEntries(entries),
    content: blank ? text.slice(blank.index + blank[0].length) : '',
  }
}

/** Puts parts, headers and all, together to one body. */
export function writeMultipart(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
