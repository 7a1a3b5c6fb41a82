import {open} from 'node:fs/promises'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Reject} from './push.js'

export interface RejectsFile {
  readonly write: (reject: Reject) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * A file that receives each rejected line as one JSON object: `{line, problems: [{field, message}], text}`. The text
 * is the line as it came, so that it can be mended and pushed again; only the file's owner may read it.
 *
 * @throws ErpSyncError 66 if it cannot be written, before anything is pushed.
 */
export async function openRejectsFile(path: string): Promise<RejectsFile> {
  try {
    const file = await open(path, 'w', ownerOnly)
    // A file that is there already keeps its mode otherwise.
    await file.chmod(ownerOnly)
    return {
      write: async (reject) => {
        await file.write(`${JSON.stringify(reject)}\n`)
      },
      close: async () => file.close(),
    }
  } catch (error) {
    throw new ErpSyncError(`${path} cannot be written (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'rejects_unwritable',
      exitCode: exitCodes.missingInput,
      hint: 'Name a file in a folder that exists and may be written to.',
      cause: error,
    })
  }
}

const ownerOnly = 0o600
