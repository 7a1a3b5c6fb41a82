import {type FileHandle, open} from 'node:fs/promises'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/**
 * Creates a file that only its owner may read.
 *
 * @throws ErpSyncError 66 if it is there already, or cannot be written.
 */
export async function createNewFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    const isThere = errorCode(error) === 'EEXIST'
    throw new ErpSyncError(
      isThere ? `${path} is there already.` : `${path} cannot be written (${errorCode(error) ?? 'unknown error'}).`,
      {
        code: 'export_unwritable',
        exitCode: exitCodes.missingInput,
        hint: 'Name a new file in a folder that exists and may be written to.',
        cause: error,
      },
    )
  }
}
