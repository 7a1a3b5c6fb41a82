import {isUtf8} from 'node:buffer'
import {errorMessage} from '#lib/kernel/errors.js'

export type ParsedDocument =
  | {readonly document: unknown}
  /** What is wrong, and the JSON pointer of the field if it is about one. */
  | {readonly problem: string; readonly field?: string}

/**
 * Reads JSON from bytes. What is not UTF-8 is refused: decoded anyway, it
 * would enter SAP with replacement characters. A byte-order mark is skipped.
 */
export function parseDocument(bytes: Buffer): ParsedDocument {
  const text = decodeUtf8(bytes)
  return text === undefined ? notUtf8(bytes) : parseText(text)
}

/** What is wrong with bytes that are not UTF-8. */
export function notUtf8(bytes: Buffer): ParsedDocument {
  return {problem: `is not UTF-8 (byte ${firstInvalid(bytes) + 1})`}
}

/** Reads JSON from text. */
export function parseText(text: string): ParsedDocument {
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

/** The text of bytes that are UTF-8; undefined for others. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  return text.startsWith(byteOrderMark) ? text.slice(1) : text
}

/** Where the first byte stands that no character of UTF-8 begins or goes on with, from 0. */
export function firstInvalid(bytes: Buffer): number {
  let valid = 0
  for (let beyond = bytes.length; beyond - valid > 1;) {
    const middle = Math.ceil((valid + beyond) / 2)
    if (isUtf8Start(bytes.subarray(0, middle))) valid = middle
    else beyond = middle
  }
  return valid
}

/** Whether these bytes can be the beginning of UTF-8, be it in the middle of a character. */
function isUtf8Start(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', {fatal: true}).decode(bytes, {stream: true})
    return true
  } catch {
    return false
  }
}

const byteOrderMark = '\uFEFF'
