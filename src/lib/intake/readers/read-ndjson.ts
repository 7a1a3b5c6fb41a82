import {type Line, type Position, start} from './line.js'
import {decodeUtf8, notUtf8, parseText} from './parse-document.js'
import {type RawLine, splitChunks} from './split-lines.js'

/** Reads NDJSON line by line, with no more than a chunk and some of its lines in memory. Empty lines are skipped. */
export async function* readNdjson(input: AsyncIterable<Buffer>, from: Position = start): AsyncGenerator<Line> {
  for await (const lines of splitChunks(input, from)) {
    for (const raw of lines) if (!isBlank(raw.bytes)) yield parseLine(raw)
  }
}

function parseLine(raw: RawLine): Line {
  const {bytes, number, end, dropped, isEnded} = raw
  if (dropped > 0) return {problem: tooLong(raw), number, text: '', end}
  const decoded = decodeUtf8(bytes)
  const parsed = decoded === undefined ? notUtf8(bytes) : parseText(decoded)
  const text = decoded ?? bytes.toString('utf8')
  // Named one by one, since this runs for every line and a spread costs as much as to parse a document.
  if ('document' in parsed) return {document: parsed.document, number, text, end}
  if (!isEnded) return {problem: `${parsed.problem}; ${cutOff}`, number, text, end}
  return {...parsed, number, text, end}
}

/** Says of a line whose rest was dropped how long it is. */
export function tooLong({bytes, dropped}: Pick<RawLine, 'bytes' | 'dropped'>): string {
  return `has ${bytes.length + dropped} bytes, more than a document may have`
}

/** The likely reason of what is wrong with the last line. */
export const cutOff = 'the file ends in the middle of it'

export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}
