import {CsvError, parse} from 'csv-parse/sync'
import type {CsvInput} from '#lib/config/csv-input.js'
import {openRows, type RowReader} from './csv-document.js'
import {type Line, type Position, start} from './line.js'
import {decodeUtf8, firstInvalid} from './parse-document.js'
import {cutOff, isBlank, tooLong} from './read-ndjson.js'
import {type RawLine, splitLines} from './split-lines.js'

/**
 * Reads CSV with a header, from its beginning: what is not after `from` is
 * passed over. A record may go on over several lines inside quotation marks. Of
 * a record that cannot be read only the first line is given up, since a stray
 * quotation mark would else swallow the good lines behind it.
 *
 * @throws Error if the header does not fit; its message says what it lacks.
 */
export async function* readCsv(
  input: AsyncIterable<Buffer>,
  settings: CsvInput,
  from: Position = start,
): AsyncGenerator<Line> {
  const records = readRecords(splitLines(input, start), settings.delimiter)
  const first = await records.next()
  if (first.done === true) return
  const header = first.value
  if (!('cells' in header)) throw new UnfitHeader(`The header ${header.problem}.`)
  const rows = openRows(header.cells, settings)
  if ('problem' in rows) throw new UnfitHeader(`${rows.problem}.`)

  let group: Row[] = []
  for await (const record of records) {
    if (record.end <= from.end) continue
    const unfit = problemOf(record, rows)
    if (unfit === undefined && 'cells' in record && isSameGroup(rows, group, record)) {
      group.push(record)
      continue
    }
    if (group.length > 0) yield toLine(group, rows, header.text)
    group = []
    if (unfit !== undefined)
      yield {...unfit, number: record.number, text: record.text, end: record.end, header: header.text}
    else if ('cells' in record) group = [record]
  }
  if (group.length > 0) yield toLine(group, rows, header.text)
}

/** The header lacks what the flow's mapping asks for. */
export class UnfitHeader extends Error {}

interface Row extends Position {
  readonly text: string
  readonly cells: readonly string[]
}

type Record = Row | (Position & {readonly text: string; readonly problem: string})

function problemOf(record: Record, {columns}: RowReader): {readonly problem: string} | undefined {
  if ('problem' in record) return {problem: record.problem}
  if (record.cells.length === columns) return undefined
  return {problem: `has ${record.cells.length} columns, and the header has ${columns}`}
}

function isSameGroup({groupOf}: RowReader, [first]: readonly Row[], {cells}: Row): boolean {
  if (first === undefined) return false
  const name = groupOf(cells)
  return name !== null && name === groupOf(first.cells)
}

function toLine(group: readonly Row[], {documentOf}: RowReader, header: string): Line {
  const parsed = documentOf(group.map(({cells}) => cells))
  const text = group.map((row) => row.text).join('\n')
  return {...parsed, number: group[0]?.number ?? 0, end: group.at(-1)?.end ?? 0, text, header}
}

/** Puts the lines of each record together and parses them. */
async function* readRecords(lines: AsyncIterable<RawLine>, delimiter: string): AsyncGenerator<Record> {
  const source = lines[Symbol.asyncIterator]()
  const waiting: RawLine[] = []
  const next = async (): Promise<RawLine | undefined> => {
    const back = waiting.shift()
    if (back !== undefined) return back
    const {value, done} = await source.next()
    return done === true ? undefined : value
  }

  for (let first = await next(); first !== undefined; first = await next()) {
    if (isBlank(first.bytes)) continue
    const parts = [first]
    let isOpen = hasOddQuotes(first)
    while (isOpen && parts.length < mostLines) {
      const more = await next()
      if (more === undefined) break
      parts.push(more)
      if (hasOddQuotes(more)) isOpen = false
    }
    const record = isOpen ? unclosed(first, parts) : parseRecord(parts, delimiter)
    yield record
    if ('problem' in record) waiting.unshift(...parts.slice(1))
  }
}

function parseRecord(parts: readonly RawLine[], delimiter: string): Record {
  const [first] = parts
  const last = parts.at(-1)
  if (first === undefined || last === undefined) throw new Error('a record has a line')
  const alone = {number: first.number, end: first.end, text: textOf(first)}
  const long = parts.find(({dropped}) => dropped > 0)
  if (long !== undefined) return {...alone, text: '', problem: tooLong(long)}
  const bytes = Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part.bytes] : [lineFeed, part.bytes])))
  const text = decodeUtf8(bytes)
  if (text === undefined) return {...alone, problem: `is not in the encoding named (byte ${firstInvalid(bytes) + 1})`}
  try {
    const [cells] = parse(text, {delimiter, relax_column_count: true}) as readonly (readonly string[])[]
    return {number: first.number, end: last.end, text, cells: cells ?? []}
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const problem = 'has a quotation mark where none can be'
    return {...alone, problem: last.isEnded ? problem : `${problem}, or ${cutOff}`}
  }
}

function unclosed(first: RawLine, parts: readonly RawLine[]): Record {
  const problem = 'has a quotation mark that is not closed'
  const isAtEnd = parts.length < mostLines
  return {
    number: first.number,
    end: first.end,
    text: textOf(first),
    problem: isAtEnd ? `${problem}, or ${cutOff}` : problem,
  }
}

function hasOddQuotes({bytes}: RawLine): boolean {
  let isOdd = false
  for (let at = bytes.indexOf(quote); at !== -1; at = bytes.indexOf(quote, at + 1)) isOdd = !isOdd
  return isOdd
}

function textOf({bytes}: RawLine): string {
  return bytes.toString('utf8')
}

const quote = 0x22
const lineFeed = Buffer.from('\n')
/** A text in a cell has not more, and a stray quotation mark is found after as many. */
const mostLines = 1000
