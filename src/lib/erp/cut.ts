import {Buffer} from 'node:buffer'

/** One line of at most 1 KiB: control characters and line breaks become spaces. */
export function cutText(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return cutBytes(line, maxTextBytes)
}

/** An answer as it came if it has at most 16 KiB as JSON, else the start of its text. */
export function cutAnswer(answer: unknown): unknown {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  if (text === undefined || Buffer.byteLength(text) <= maxAnswerBytes) return answer
  return cutBytes(text, maxAnswerBytes)
}

function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  const kept = Buffer.from(text)
    .subarray(0, maxBytes - Buffer.byteLength(ellipsis))
    .toString('utf8')
  // A character cut in half was decoded to U+FFFD.
  return `${kept.replace(/\uFFFD+$/u, '')}${ellipsis}`
}

const ellipsis = '…'
const maxTextBytes = 1024
const maxAnswerBytes = 16 * 1024
