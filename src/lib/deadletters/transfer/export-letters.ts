import {createHash} from 'node:crypto'
import {type FileHandle, rm} from 'node:fs/promises'
import type {Database, Transaction} from '#lib/db/database.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import {resolvedText} from '#lib/deadletters/query/resolved-text.js'
import {toSql} from '#lib/deadletters/query/to-sql.js'
import type {PersonalFieldsOf} from '#lib/intake/personal-fields.js'
import {createNewFile} from '#lib/output/new-file.js'
import {type EndLine, formatVersion, type Header} from './format.js'
import {maskLetterLine} from './mask-line.js'
import {countByFlow, readLetterPage} from './read-letters.js'

export type LetterExport = EndLine & Pick<Header, 'query' | 'masked'>

interface ExportOptions {
  /** Which data is to be masked; null to mask none. */
  readonly personal: PersonalFieldsOf | null
  readonly now: Date
  readonly signal: AbortSignal
  readonly onProgress: (letters: number) => void
  /** Hears how many there are, before any is written. */
  readonly onCount: (letters: number) => Promise<void>
}

/**
 * Writes letters with all that belongs to them into a new file, one JSON object
 * a line: first what the file is, last its checksum. All of it is as it was at
 * one moment. Nothing is left of an export that was cut short.
 *
 * @throws ErpSyncError 66 if the file is there already, or cannot be written.
 */
export async function exportLetters(
  database: Database,
  query: ParsedQuery,
  path: string,
  options: ExportOptions,
): Promise<LetterExport> {
  const file = await createNewFile(path)
  try {
    return await database.transaction(async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only')
      return writeLetters(tx, query, file, options)
    })
  } catch (error) {
    await rm(path, {force: true})
    throw error
  } finally {
    await file.close()
  }
}

async function writeLetters(
  tx: Transaction,
  query: ParsedQuery,
  file: FileHandle,
  {personal, now, signal, onProgress, onCount}: ExportOptions,
): Promise<LetterExport> {
  const condition = toSql(query)
  const flows = await countByFlow(tx, condition)
  const letters = [...flows.values()].reduce((sum, count) => sum + count, 0)
  await onCount(letters)
  const kinds = await Promise.all([...flows.keys()].map(async (flow) => (await personal?.(flow))?.kind ?? 'none'))
  const checksum = createHash('sha256')
  const write = async (lines: readonly unknown[]): Promise<void> => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    checksum.update(text)
    await file.write(text)
  }
  const header: Header = {
    kind: 'erpsync-dead-letters',
    version: formatVersion,
    query: resolvedText(query),
    letters,
    exportedAt: now.toISOString(),
    masked: kinds.some((kind) => kind !== 'none'),
  }
  await write([header])

  let written = 0
  for (let after: string | null = '0'; after !== null;) {
    signal.throwIfAborted()
    const page = await readLetterPage(tx, condition, {after, limit: pageSize})
    const lines: unknown[] = []
    for (const line of page.lines) {
      lines.push(personal === null ? line : maskLetterLine(line, await personal(line.letter.flow)))
    }
    await write(lines)
    written += lines.length
    onProgress(written)
    after = page.next
  }
  const end: EndLine = {letters: written, sha256: checksum.digest('hex')}
  await file.write(`${JSON.stringify(end)}\n`)
  await file.sync()
  return {...end, query: header.query, masked: header.masked}
}

const pageSize = 200
