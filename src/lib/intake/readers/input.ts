import {createHash} from 'node:crypto'
import {open} from 'node:fs/promises'
import {isAbsolute} from 'node:path'
import {glob, isDynamicPattern} from 'tinyglobby'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/** Something to read documents from. */
export interface Input {
  /** Its path as it was named; `-` for standard input. */
  readonly name: string
  /** The same for the same content, as far as its size, time of change, first and last 64 KiB tell; null for what can be read once only. */
  readonly fingerprint: string | null
  readonly isGzip: boolean
}

/**
 * Finds the files that paths and patterns name, in the order in which they are
 * named, those of a pattern by name.
 *
 * @throws ErpSyncError 66 naming what is not there or cannot be read.
 */
export async function findInputs(paths: readonly string[]): Promise<readonly Input[]> {
  const names: string[] = []
  for (const path of paths) names.push(...(path === '-' ? [path] : await matching(path)))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw unusable(twice, 'it is named twice', 'input_twice')
  return Promise.all(names.map(lookInto))
}

async function matching(path: string): Promise<readonly string[]> {
  if (!isDynamicPattern(path)) return [path]
  const names = await glob(path, {expandDirectories: false, absolute: isAbsolute(path)})
  // A file may be called like a pattern.
  return names.length === 0 ? [path] : names.toSorted()
}

async function lookInto(name: string): Promise<Input> {
  if (name === '-') return {name, fingerprint: null, isGzip: false}
  try {
    await using file = await open(name, 'r')
    const stat = await file.stat()
    if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), {code: 'EISDIR'})
    if (!stat.isFile()) return {name, fingerprint: null, isGzip: false}
    const at = async (position: number): Promise<Buffer> => {
      const {buffer, bytesRead} = await file.read(Buffer.alloc(edgeBytes), 0, edgeBytes, position)
      return buffer.subarray(0, bytesRead)
    }
    const head = await at(0)
    const hash = createHash('sha256').update(`${stat.size}:${stat.mtimeMs}:`).update(head)
    const fingerprint = hash.update(await at(Math.max(0, stat.size - edgeBytes))).digest('hex')
    return {name, fingerprint, isGzip: looksGzipped(head)}
  } catch (error) {
    throw unusable(name, errorCode(error) ?? 'unknown error', 'input_missing', error)
  }
}

export function looksGzipped(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

function unusable(name: string, why: string, code: string, cause?: unknown): ErpSyncError {
  return new ErpSyncError(`${name} cannot be read (${why}).`, {
    code,
    exitCode: exitCodes.missingInput,
    hint: 'Name files of documents, a pattern such as "outbox/*.ndjson", or - for standard input.',
    cause,
  })
}

const edgeBytes = 64 * 1024
