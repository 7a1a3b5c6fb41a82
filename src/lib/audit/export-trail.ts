import {createHash} from 'node:crypto'
import {type FileHandle, rm} from 'node:fs/promises'
import type {Database} from '#lib/db/database.js'
import {chainStart, freezeTrail, type Link} from '#lib/ledger/trail-chain.js'
import {readTrailPage} from '#lib/ledger/trail-records.js'
import {createNewFile} from '#lib/output/new-file.js'

/** What an export holds; its last line says the same. */
export interface TrailExport {
  readonly entries: number
  /** Of all lines before the last one. */
  readonly sha256: string
  readonly head: Link
}

/**
 * Writes the whole trail into a new file, one JSON object a line and a line
 * with their checksum at the end. Nothing is left of an export that was cut short.
 *
 * @throws ErpSyncError 66 if the file is there already, or cannot be written.
 */
export async function exportTrail(
  database: Database,
  path: string,
  {signal, onProgress}: {readonly signal: AbortSignal; readonly onProgress: (entries: number) => void},
): Promise<TrailExport> {
  // It tells who did what; others on the machine have no business with it.
  const file = await createNewFile(path)
  try {
    return await writeTrail(database, file, {signal, onProgress})
  } catch (error) {
    await rm(path, {force: true})
    throw error
  } finally {
    await file.close()
  }
}

async function writeTrail(
  database: Database,
  file: FileHandle,
  {signal, onProgress}: Parameters<typeof exportTrail>[2],
): Promise<TrailExport> {
  const checksum = createHash('sha256')
  let head = chainStart
  let entries = 0
  await database.transaction(async (tx) => {
    await freezeTrail(tx)
    for (let isMore = true; isMore;) {
      signal.throwIfAborted()
      const page = await readTrailPage(tx, {after: head.seq, limit: pageSize})
      const lines = page.map((record) => `${JSON.stringify(record)}\n`).join('')
      await file.write(lines)
      checksum.update(lines)
      entries += page.length
      const last = page.at(-1)
      if (last) head = {seq: last.seq, hash: last.hash}
      isMore = page.length === pageSize
      onProgress(entries)
    }
  })
  const exported = {entries, sha256: checksum.digest('hex'), head}
  await file.write(`${JSON.stringify(exported)}\n`)
  await file.sync()
  return exported
}

const pageSize = 1000
