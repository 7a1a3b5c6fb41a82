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
 * quotation mark would else swallow the good lines behind it. Where several
 * lines make a document, those beside one that cannot be read are refused with
 * it: nobody can tell whether it was theirs, and half an order is none.
 *
 * @throws UnfitHeader if the header does not fit; its message says what it lacks.
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
  const toLine = (group: readonly Row[], beside: number | null): Line => lineOf(group, rows, header.text, beside)

  let group: Row[] = []
  let badBefore: number | null = null
  for await (const record of records) {
    if (record.end <= from.end) {
      badBefore = 'problem' in record ? record.number : null
    } else if ('problem' in record) {
      if (group.length > 0) yield toLine(group, record.number)
      yield {...record, header: header.text}
      group = []
      badBefore = record.number
    } else if (isSameGroup(rows, group, record)) {
      group.push(record)
    } else {
      if (group.length > 0) {
        yield toLine(group, badBefore)
        badBefore = null
      }
      group = [record]
    }
  }
  if (group.length > 0) yield toLine(group, badBefore)
}

/** The header lacks what the flow's mapping asks for. */
export class UnfitHeader extends Error {}

interface Row extends Position {
  readonly text: string
  readonly cells: readonly string[]
}

type Record = Row | (Position & {readonly text: string; readonly problem: string})

function isSameGroup({groupOf}: RowReader, [first]: readonly Row[], {cells}: Row): boolean {
  if (first === undefined) return false
  const name = groupOf(cells)
  return name !== null && name === groupOf(first.cells)
}

function lineOf(group: readonly Row[], rows: RowReader, header: string, beside: number | null): Line {
  const isSuspect = rows.isGrouped && beside !== null
  const parsed = isSuspect
    ? {problem: `may lack line ${beside}, which cannot be read`}
    : rows.documentOf(group.map(({cells}) => cells))
  const text = group.map((row) => row.text).join('\n')
  return {...parsed, number: group[0]?.number ?? 0, end: group.at(-1)?.end ?? 0, text, header}
}

/** Puts the lines of each record together and parses them. How many columns there are, the first one says. */
async function* readRecords(lines: AsyncIterable<RawLine>, delimiter: string): AsyncGenerator<Record> {
  const source = lines[Symbol.asyncIterator]()
  const waiting: RawLine[] = []
  const next = async (): Promise<RawLine | undefined> => {
    const back = waiting.shift()
    if (back !== undefined) return back
    const {value, done} = await source.next()
    return done === true ? undefined : value
  }

  let columns: number | undefined
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
    const record = isOpen ? unclosed(first, parts) : parseRecord(parts, delimiter, columns)
    if ('cells' in record) columns ??= record.cells.length
    yield record
    if ('problem' in record) waiting.unshift(...parts.slice(1))
  }
}

function parseRecord(parts: readonly RawLine[], delimiter: string, columns: number | undefined): Record {
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
    const [cells = []] = parse(text, {delimiter, relax_column_count: true}) as readonly (readonly string[])[]
    if (columns !== undefined && cells.length !== columns)
      return {...alone, problem: `has ${cells.length} columns, and the header has ${columns}`}
    return {number: first.number, end: last.end, text, cells}
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
