import {type Line, type Position, start} from './line.js'
import {parseDocument} from './parse-document.js'
import {cutOff, isBlank, tooLong} from './read-ndjson.js'
import {type RawElement, splitElements} from './split-elements.js'

/** Reads the elements of a JSON array, or one document alone, with no more than an element and a chunk in memory. */
export async function* readJson(input: AsyncIterable<Buffer>, from: Position = start): AsyncGenerator<Line> {
  for await (const raw of splitElements(input, from)) {
    const line = readElement(raw)
    if (line !== undefined) yield line
  }
}

function readElement(raw: RawElement): Line | undefined {
  const {bytes, number, end, until, isElement} = raw
  const text = bytes.toString('utf8').trim()
  if (raw.dropped > 0) return {problem: tooLong(raw), number, text: '', end}
  if (isBlank(bytes)) {
    if (until === 'comma') return {problem: 'is empty: a comma stands where a document should', number, text, end}
    return until === 'eof' && isElement ? {problem: `is missing: ${notClosed}`, number, text, end} : undefined
  }
  if (!isElement && number > 1) return {problem: 'stands behind the end of the array', number, text, end}
  const parsed = parseDocument(bytes)
  if (until !== 'eof' || !isElement) return {...parsed, number, text, end}
  // Whole as it may look, what was behind it is lost.
  return {problem: 'problem' in parsed ? `${parsed.problem}; ${cutOff}` : notClosed, number, text, end}
}

const notClosed = 'the file ends before the array does'
