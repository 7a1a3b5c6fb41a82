import {open} from 'node:fs/promises'
import type {Readable} from 'node:stream'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @throws ErpSyncError 66 if it cannot be read.
 */
export async function openInput(path: string): Promise<Readable> {
  if (path === '-') return process.stdin
  try {
    const file = await open(path, 'r')
    if ((await file.stat()).isDirectory()) throw Object.assign(new Error('is a folder'), {code: 'EISDIR'})
    return file.createReadStream()
  } catch (error) {
    throw new ErpSyncError(`${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'input_missing',
      exitCode: exitCodes.missingInput,
      hint: 'Name a file of JSON documents, one a line, or - for standard input.',
      cause: error,
    })
  }
}
