import type {CsvInput} from '#lib/config/csv-input.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Input} from './input.js'
import {type Line, type Position, start} from './line.js'
import {readBytes} from './read-bytes.js'
import {readJson} from './read-json.js'
import {readNdjson} from './read-ndjson.js'

/**
 * - `ndjson`: a document a line
 * - `json`: an array of documents, or one alone
 * - `csv`: a header and records, as the flow's `csv` says
 * - `rejects`: what an earlier push wrote into its `--rejects` file, mended
 */
export const formats = ['ndjson', 'json', 'csv', 'rejects'] as const

export type Format = (typeof formats)[number]

export interface ReadOptions {
  /** By default what the file's name says, and NDJSON where it says nothing. */
  readonly format?: Format | undefined
  readonly csv: CsvInput
  /** Where to go on. */
  readonly from?: Position
  readonly signal: AbortSignal
}

/** Reads one document after the other from an input, from the start or from where it was left, and names what is none. */
export async function* readDocuments(input: Input, options: ReadOptions): AsyncGenerator<Line> {
  for await (const line of readLines(input, options)) {
    // The bytes end where the signal came, and what they end with is no line of the file.
    if (options.signal.aborted) return
    yield line
  }
}

function readLines(input: Input, options: ReadOptions): AsyncIterable<Line> {
  const {csv, from = start, signal} = options
  const format = options.format ?? formatOf(input.name) ?? 'ndjson'
  const bytes = (skip: number): AsyncIterable<Buffer> => readBytes(input, {encoding: 'utf-8', skip, signal})
  switch (format) {
    case 'ndjson':
      return readNdjson(bytes(from.end), from)
    case 'json':
      return readJson(bytes(from.end), from)
    case 'rejects':
      return readRejectedLines(bytes(from.end), {from, csv})
    case 'csv':
      return readCsvFile(input, readBytes(input, {encoding: csv.encoding, skip: 0, signal}), {from, csv})
  }
}

// What brings parsers and a calendar is loaded only where it is read.

async function* readRejectedLines(
  bytes: AsyncIterable<Buffer>,
  options: {readonly from: Position; readonly csv: CsvInput},
): AsyncGenerator<Line> {
  const {readRejects} = await import('./read-rejects.js')
  yield* readRejects(bytes, options)
}

async function* readCsvFile(
  input: Input,
  bytes: AsyncIterable<Buffer>,
  {from, csv}: {readonly from: Position; readonly csv: CsvInput},
): AsyncGenerator<Line> {
  const {readCsv, UnfitHeader} = await import('./read-csv.js')
  try {
    yield* readCsv(bytes, csv, from)
  } catch (error) {
    throw error instanceof UnfitHeader ? unfit(input, error) : error
  }
}

/** What the name of a file says of its format, compressed or not. */
export function formatOf(name: string): Format | undefined {
  const ending = /\.([^./]+?)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return endings.get(ending)
}

function unfit({name}: Input, {message}: Error): ErpSyncError {
  return new ErpSyncError(`${name}: ${message}`, {
    code: 'csv_header_unfit',
    exitCode: exitCodes.badInput,
    hint: 'Compare the first line of the file with csv of the flow: delimiter, encoding and columns.',
  })
}

const endings: ReadonlyMap<string, Format> = new Map([
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['json', 'json'],
  ['csv', 'csv'],
])
