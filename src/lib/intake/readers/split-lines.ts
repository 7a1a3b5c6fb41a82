import type {Position} from './line.js'

/** The bytes of one line, without its end. */
export interface RawLine extends Position {
  readonly bytes: Buffer
  /** How many bytes of it were dropped, since nobody can hold lines of any length. */
  readonly dropped: number
  /** False for the last line of a file that ends without a line feed. */
  readonly isEnded: boolean
}

/**
 * The lines of a stream that begins at `from`. Splits bytes, not text: no byte
 * but a line feed has the value of one, and no character is cut. A byte-order
 * mark is no part of the first line.
 */
export async function* splitLines(
  input: AsyncIterable<Buffer>,
  from: Position,
  longest = longestLine,
): AsyncGenerator<RawLine> {
  for await (const lines of splitChunks(input, from, longest)) yield* lines
}

/** The same lines, many of one chunk of the stream together: to wait for each of them would cost more than to read it. */
export async function* splitChunks(
  input: AsyncIterable<Buffer>,
  from: Position,
  longest = longestLine,
): AsyncGenerator<readonly RawLine[]> {
  let {number, end} = from
  let parts: Buffer[] = []
  let held = 0
  let size = 0
  const add = (part: Buffer): void => {
    const kept = part.subarray(0, Math.max(0, longest - held))
    if (kept.length > 0) parts.push(kept)
    held += kept.length
    size += part.length
  }
  const take = (isEnded: boolean): RawLine => {
    number += 1
    end += size + (isEnded ? 1 : 0)
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    const bytes = withoutReturn(number === 1 ? withoutMark(whole) : whole)
    const line = {number, end, bytes, dropped: size - held, isEnded}
    parts = []
    held = 0
    size = 0
    return line
  }

  for await (const chunk of input) {
    let lines: RawLine[] = []
    let begin = 0
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, begin)) {
      add(chunk.subarray(begin, at))
      lines.push(take(true))
      begin = at + 1
      if (lines.length < linesAtOnce) continue
      yield lines
      lines = []
    }
    add(chunk.subarray(begin))
    if (lines.length > 0) yield lines
  }
  if (size > 0) yield [take(false)]
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
}

function withoutMark(line: Buffer): Buffer {
  return line.subarray(0, 3).equals(byteOrderMark) ? line.subarray(3) : line
}

/** No document is as long, and a file without line feeds does not fill the memory. */
const longestLine = 64 * 1024 * 1024
/** A chunk may hold nothing but line feeds. */
const linesAtOnce = 500
const lineFeed = 0x0a
const carriageReturn = 0x0d
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
