import type {Position} from './line.js'

/** The bytes of one element of a JSON array, or of what stands where one should. */
export interface RawElement extends Position {
  readonly bytes: Buffer
  /** How many bytes of it were dropped, since nobody can hold elements of any length. */
  readonly dropped: number
  /** What came behind it; `eof` where the array is not closed. */
  readonly until: 'comma' | 'bracket' | 'eof'
  /** False for a file that is no array but one document, and for what stands behind the array. */
  readonly isElement: boolean
}

/**
 * The elements of a JSON array that begins in this stream, or goes on in it
 * after `from`. They are told apart by brackets and quotation marks, and not
 * parsed: a bad one does not end the file.
 */
export async function* splitElements(
  input: AsyncIterable<Buffer>,
  from: Position,
  longest = longestElement,
): AsyncGenerator<RawElement> {
  const held = new Held(longest)
  let phase: Phase = from.end > 0 ? 'inside' : 'before'
  let {number, end: offset} = from
  let depth = 0
  let isInText = false
  let isEscaped = false
  const take = (until: RawElement['until'], end: number, isElement = true): RawElement => {
    number += 1
    depth = 0
    return {...held.take(), number, end, until, isElement}
  }

  for await (const chunk of input) {
    let begin = 0
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      if (phase === 'before') {
        if (isSpace(byte) || byteOrderMark.includes(byte)) continue
        phase = byte === openSquare ? 'inside' : 'outside'
        begin = phase === 'inside' ? index + 1 : index
        continue
      }
      if (phase === 'outside') break
      if (isInText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isInText = false
        continue
      }
      if (byte === quote) isInText = true
      else if (byte === openSquare || byte === openCurly) depth += 1
      else if (depth > 0 && (byte === closeSquare || byte === closeCurly)) depth -= 1
      else if (depth === 0 && (byte === comma || byte === closeSquare)) {
        held.keep(chunk.subarray(begin, index))
        begin = index + 1
        // Behind the last one the bracket is read again, and tells that the array is whole.
        yield take(byte === comma ? 'comma' : 'bracket', offset + (byte === comma ? begin : index))
        if (byte === closeSquare) phase = 'outside'
      }
    }
    if (phase !== 'before') held.keep(chunk.subarray(begin))
    offset += chunk.length
  }
  const isNothingLeft = from.end > 0 && offset === from.end
  if (phase !== 'before' && !isNothingLeft) yield take('eof', offset, phase === 'inside')
}

type Phase = 'before' | 'inside' | 'outside'

/** What has come of an element so far. */
class Held {
  readonly #longest: number
  #parts: Buffer[] = []
  #kept = 0
  #size = 0

  constructor(longest: number) {
    this.#longest = longest
  }

  keep(part: Buffer): void {
    const kept = part.subarray(0, Math.max(0, this.#longest - this.#kept))
    if (kept.length > 0) this.#parts.push(kept)
    this.#kept += kept.length
    this.#size += part.length
  }

  take(): {readonly bytes: Buffer; readonly dropped: number} {
    const taken = {bytes: Buffer.concat(this.#parts), dropped: this.#size - this.#kept}
    this.#parts = []
    this.#kept = 0
    this.#size = 0
    return taken
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

const longestElement = 64 * 1024 * 1024
const openSquare = 0x5b
const closeSquare = 0x5d
const openCurly = 0x7b
const closeCurly = 0x7d
const comma = 0x2c
const quote = 0x22
const backslash = 0x5c
const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf]
