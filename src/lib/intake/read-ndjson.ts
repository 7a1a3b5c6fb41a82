import type {Readable} from 'node:stream'
import {errorMessage} from '#lib/kernel/errors.js'

/** One line of an NDJSON file: a document, or text that is none. */
export type Line =
  | {readonly number: number; readonly text: string; readonly document: unknown}
  | {readonly number: number; readonly text: string; readonly problem: string}

/**
 * Reads NDJSON line by line, with no more than a line and a chunk in memory.
 * Empty lines are skipped, numbers count from 1. An error of the stream is thrown.
 */
export async function* readNdjson(input: Readable): AsyncGenerator<Line> {
  let number = 0
  for await (const text of splitLines(input)) {
    number += 1
    if (text.trim() !== '') yield parseLine(number, text)
  }
}

async function* splitLines(input: Readable): AsyncGenerator<string> {
  // The decoder drops a byte-order mark and puts characters together that a chunk has cut.
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk as Buffer, {stream: true})).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.map(withoutReturn)
  }
  rest += decoder.decode()
  if (rest !== '') yield withoutReturn(rest)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function parseLine(number: number, text: string): Line {
  try {
    return {number, text, document: JSON.parse(text)}
  } catch (error) {
    return {number, text, problem: `is not JSON: ${errorMessage(error)}`}
  }
}
