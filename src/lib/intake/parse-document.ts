import {errorMessage} from '#lib/kernel/errors.js'

export type ParsedDocument = {readonly document: unknown} | {readonly problem: string}

/**
 * Reads JSON from bytes. What is not UTF-8 is refused: decoded anyway, it
 * would enter SAP with replacement characters. A byte-order mark is skipped.
 */
export function parseDocument(bytes: Buffer): ParsedDocument {
  const text = decodeUtf8(bytes)
  if (text === undefined) return {problem: 'is not UTF-8'}
  try {
    return {document: JSON.parse(text)}
  } catch (error) {
    return {problem: `is not JSON: ${withoutQuote(errorMessage(error))}`}
  }
}

/** JSON.parse quotes what it stumbled over, which is nothing for a log. */
function withoutQuote(message: string): string {
  if (!message.includes('"')) return message
  return /^Unexpected token '[^]{1,2}'/.exec(message)?.[0] ?? 'it cannot be read'
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    return undefined
  }
}
