import type {CsvInput} from '#lib/config/csv-input.js'
import {type Line, type Position, start} from './line.js'
import {readCsv, UnfitHeader} from './read-csv.js'
import {readNdjson} from './read-ndjson.js'
import {parseDocument} from './parse-document.js'

/**
 * Reads the rejects file of an earlier push, whose texts somebody has mended:
 * each is read as it was in its own file, CSV by the header that is kept with it.
 */
export async function* readRejects(
  input: AsyncIterable<Buffer>,
  {csv, from = start}: {readonly csv: CsvInput; readonly from?: Position},
): AsyncGenerator<Line> {
  for await (const line of readNdjson(input, from)) yield 'problem' in line ? line : unwrap(line, csv)
}

async function unwrap(
  {document, number, end, text}: Line & {readonly document: unknown},
  csv: CsvInput,
): Promise<Line> {
  const place = {number, end}
  if (!isReject(document)) return {problem: 'is no line of a rejects file: it has no text', text, ...place}
  const original = Buffer.from(document.text)
  if (document.header === undefined) return {...parseDocument(original), text: document.text, ...place}

  const {header} = document
  const whole = Buffer.concat([Buffer.from(`${header}\n`), original])
  const lines: Line[] = []
  try {
    for await (const line of readCsv(once(whole), csv)) lines.push(line)
  } catch (error) {
    if (!(error instanceof UnfitHeader)) throw error
    return {problem: error.message, text: document.text, header, ...place}
  }
  const [only, another] = lines
  if (only === undefined) return {problem: 'is empty', text: document.text, header, ...place}
  if (another !== undefined) return {problem: 'is more than one document', text: document.text, header, ...place}
  return {...only, text: document.text, header, ...place}
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

function isReject(value: unknown): value is {readonly text: string; readonly header?: string} {
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') return false
  return !('header' in value) || typeof value.header === 'string'
}
