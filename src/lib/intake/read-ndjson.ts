import type {Readable} from 'node:stream'
import {parseDocument, type ParsedDocument} from './parse-document.js'

/** One line of an NDJSON file: a document, or text that is none. */
export type Line = ParsedDocument & {readonly number: number; readonly text: string}

/**
 * Reads NDJSON line by line, with no more than a line and a chunk in memory.
 * Empty lines are skipped, numbers count from 1. An error of the stream is thrown.
 */
export async function* readNdjson(input: Readable): AsyncGenerator<Line> {
  let number = 0
  for await (const bytes of readLines(input)) {
    number += 1
    const text = bytes.toString('utf8')
    if (text.trim() !== '') yield {...parseDocument(bytes), number, text: text.replace(/^\uFEFF/, '')}
  }
}

/** The lines of a stream, without their ends. Splits bytes, not text: no byte but a line feed has the value of one, and no character is cut. */
export async function* readLines(input: Readable): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
      yield withoutReturn(Buffer.concat([...begun, bytes.subarray(start, end)]))
      begun = []
      start = end + 1
    }
    begun.push(bytes.subarray(start))
  }
  const rest = Buffer.concat(begun)
  if (rest.length > 0) yield withoutReturn(rest)
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
