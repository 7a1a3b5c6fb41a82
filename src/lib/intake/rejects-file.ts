import {constants} from 'node:fs'
import {open} from 'node:fs/promises'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Reject} from './runs/check-lines.js'

export interface RejectsFile {
  /** Bytes that were there already and are kept. */
  readonly kept: number
  /** Writes rejects behind so many bytes, and drops whatever stood there; tells how many bytes belong to it now. */
  readonly write: (behind: number, rejects: readonly Reject[]) => Promise<number>
  readonly close: () => Promise<void>
}

/**
 * A file that receives each rejected line as one JSON object: `{file, line, problems: [{field, message}], text}`, and of
 * CSV the `header`. The text is the line as it came, so that it can be mended and pushed again; only the file's owner may
 * read it. Of a file that is there, no more than the first `keep` bytes are kept.
 *
 * @throws ErpSyncError 66 if it cannot be written, before anything is pushed.
 */
export async function openRejectsFile(path: string, keep: number): Promise<RejectsFile> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, ownerOnly)
    // A file that is there already keeps its mode otherwise.
    await file.chmod(ownerOnly)
    const kept = Math.min(keep, (await file.stat()).size)
    await file.truncate(kept)
    return {
      kept,
      write: async (behind, rejects) => {
        await file.truncate(behind)
        if (rejects.length === 0) return behind
        const bytes = Buffer.from(rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''))
        await file.write(bytes, 0, bytes.length, behind)
        await file.datasync()
        return behind + bytes.length
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
