import {createReadStream} from 'node:fs'
import {pipeline, type Readable} from 'node:stream'
import {createGunzip} from 'node:zlib'
import type {Encoding} from '#lib/config/csv-input.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type Input, looksGzipped} from './input.js'

interface ReadBytesOptions {
  readonly encoding: Encoding
  /** How many bytes to pass over, counted when decompressed and in UTF-8. */
  readonly skip: number
  /** Ends the reading, also while nothing arrives on a pipe or a terminal. */
  readonly signal: AbortSignal
}

/**
 * The bytes of an input, decompressed and in UTF-8.
 *
 * @throws ErpSyncError 65 if it is compressed and damaged or cut off, 66 if it cannot be read on.
 */
export async function* readBytes(input: Input, {encoding, skip, signal}: ReadBytesOptions): AsyncGenerator<Buffer> {
  if (signal.aborted) return
  // Only what lies in the file as it is read can be found by its place there.
  const isSeekable = input.fingerprint !== null && !input.isGzip && encoding === 'utf-8'
  const source = openSource(input, isSeekable ? skip : 0)
  const letGo = (): void => void source.destroy()
  signal.addEventListener('abort', letGo, {once: true})
  try {
    const plain = decompress(source, input)
    yield* passOver(encoding === 'utf-8' ? plain : transcode(plain, encoding), isSeekable ? 0 : skip)
  } catch (error) {
    if (!signal.aborted) throw describe(input, error)
  } finally {
    signal.removeEventListener('abort', letGo)
    source.destroy()
  }
}

function openSource({name}: Input, start: number): Readable {
  return name === '-' ? process.stdin : createReadStream(name, {start, highWaterMark: chunkBytes})
}

/** Looks at the first bytes: what comes by a pipe has no name that could tell. */
async function* decompress(source: Readable, {isGzip, fingerprint}: Input): AsyncGenerator<Buffer> {
  if (fingerprint !== null) {
    yield* isGzip ? gunzip(source) : source
    return
  }
  const chunks = source[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done === true) return
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(first.value)
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield Buffer.from(next.value)
  }
  yield* looksGzipped(first.value) ? gunzip(whole()) : whole()
}

function gunzip(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // What goes wrong is thrown where the last stream is read.
  return pipeline(source, createGunzip({chunkSize: chunkBytes}), () => {})
}

async function* transcode(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  // Loaded only for files in other encodings.
  const {default: iconv} = await import('iconv-lite')
  const decoder = iconv.getDecoder(encoding)
  for await (const chunk of source) yield Buffer.from(decoder.write(chunk))
  const rest = decoder.end()
  if (rest !== undefined && rest !== '') yield Buffer.from(rest)
}

async function* passOver(source: AsyncIterable<Buffer>, skip: number): AsyncGenerator<Buffer> {
  let left = skip
  for await (const chunk of source) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

function describe({name}: Input, error: unknown): unknown {
  const code = errorCode(error)
  if (code === undefined) return error
  const isDamaged = code.startsWith('Z_')
  return new ErpSyncError(
    isDamaged ? `${name} is compressed, and damaged or cut off (${code}).` : `${name} cannot be read on (${code}).`,
    {
      code: isDamaged ? 'input_damaged' : 'input_unreadable',
      exitCode: isDamaged ? exitCodes.badInput : exitCodes.missingInput,
      hint: 'What was read before is accepted. Get the file anew and push it: what is known is recognised.',
      cause: error,
    },
  )
}

const chunkBytes = 256 * 1024
