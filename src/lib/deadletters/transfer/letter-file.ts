import {createHash} from 'node:crypto'
import {type FileHandle, open} from 'node:fs/promises'
import type {z} from 'zod'
import {start} from '#lib/intake/readers/line.js'
import {splitLines} from '#lib/intake/readers/split-lines.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type EndLine, endLine, type Header, headerLine, type LetterLine, letterLine} from './format.js'

/** A file of letters that is whole, and as it was written. */
export interface LetterFile {
  readonly header: Header
  readonly end: EndLine
  /** Reads all of it; once. */
  readonly letters: () => AsyncGenerator<LetterLine>
  readonly close: () => Promise<void>
}

/**
 * Opens a file of letters and reads all of it, before anything is done with it:
 * its checksum has to fit, and each of its lines to be a letter.
 *
 * @throws ErpSyncError 66 if it cannot be read, 65 if it is none or not as it was written.
 */
export async function openLetterFile(path: string): Promise<LetterFile> {
  const file = await openFile(path)
  try {
    const {header, end} = await verify(path, file)
    return {header, end, letters: () => readLetters(path, file, end.letters), close: async () => file.close()}
  } catch (error) {
    await file.close()
    throw error
  }
}

async function verify(path: string, file: FileHandle): Promise<{readonly header: Header; readonly end: EndLine}> {
  const checksum = createHash('sha256')
  let header: Header | undefined
  let last: Buffer | undefined
  let number = 0
  for await (const line of linesOf(file)) {
    if (last !== undefined) {
      checksum.update(last).update('\n')
      if (header === undefined) header = parse(path, number, last, headerLine, 'the header of a file of dead letters')
      else parse(path, number, last, letterLine, 'a dead letter')
    }
    last = line
    number += 1
  }
  if (header === undefined || last === undefined) throw refuse(`${path} ends before it says that it is whole.`)
  const end = parse(path, number, last, endLine, 'the end of a file of dead letters; it was cut short')
  if (end.sha256 !== checksum.digest('hex') || end.letters !== number - 2 || end.letters !== header.letters) {
    throw refuse(`${path} is not as it was written: its checksum does not fit.`)
  }
  return {header, end}
}

async function* readLetters(path: string, file: FileHandle, letters: number): AsyncGenerator<LetterLine> {
  let number = 0
  for await (const line of linesOf(file)) {
    number += 1
    if (number > 1 && number <= letters + 1) yield parse(path, number, line, letterLine, 'a dead letter')
  }
}

async function* linesOf(file: FileHandle): AsyncGenerator<Buffer> {
  // A letter may be as long as it was when it was written: none is cut off here.
  const lines = splitLines(file.createReadStream({start: 0, autoClose: false}), start, Number.POSITIVE_INFINITY)
  for await (const {bytes} of lines) yield bytes
}

function parse<Schema extends z.ZodType>(
  path: string,
  number: number,
  line: Buffer,
  schema: Schema,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.join('.') ?? ''
  throw refuse(`${path}, line ${number} is not ${what}${place === '' ? '' : ` (${place})`}.`)
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw new ErpSyncError(`${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'input_missing',
      exitCode: exitCodes.missingInput,
      hint: 'Name a file that erpsync dlq export has written.',
      cause: error,
    })
  }
}

function refuse(message: string): ErpSyncError {
  return new ErpSyncError(`${message} Nothing was imported.`, {
    code: 'letters_unreadable',
    exitCode: exitCodes.badInput,
    hint: 'Export them again: erpsync dlq export',
  })
}
