/** Cuts what comes over a line into lines of bytes, and holds no more of it than allowed. */
export class LineBuffer {
  readonly #mostBytes: number
  readonly #lines: Buffer[] = []
  #parts: Buffer[] = []
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Takes in some more; false if too much is waiting now. */
  push(chunk: Buffer): boolean {
    let rest = chunk
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      this.#lines.push(Buffer.concat([...this.#parts, rest.subarray(0, end)]))
      this.#parts = []
      rest = rest.subarray(end + 1)
    }
    if (rest.length > 0) this.#parts.push(rest)
    this.#bytes += chunk.length
    return this.#bytes <= this.#mostBytes
  }

  /** The next whole line, if there is one. */
  shift(): Buffer | undefined {
    const line = this.#lines.shift()
    if (line) this.#bytes -= line.length + 1
    return line
  }
}

const newline = 0x0a
