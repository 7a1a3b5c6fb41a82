import type {RefusedLetter} from '#lib/deadletters/repair/fix-letters.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import type {LetterLine} from './format.js'
import {type BatchResult, importBatch, type ImportParts} from './import-batch.js'
import type {LetterFile} from './letter-file.js'

export interface ImportResult extends BatchResult {
  readonly letters: number
  /** Not tried, because the signal came. */
  readonly left: number
}

interface ImportOptions {
  readonly operator: Operator
  readonly signal: AbortSignal
  readonly onProgress: (letters: number) => void
}

/**
 * Takes open letters in, each with its message, attempts and revisions, under
 * the rules of intake: batch by batch, each in a transaction of its own. What is
 * here already is skipped, so that an import may be repeated. Two entries on the
 * trail say what was begun, and what was done.
 */
export async function importLetters(
  parts: ImportParts,
  file: LetterFile,
  {operator, signal, onProgress}: ImportOptions,
): Promise<ImportResult> {
  const {database} = parts
  const {header, end} = file
  const before = {query: header.query, sha256: end.sha256, letters: end.letters}
  await recordAction(database, operator, {action: 'dlq.import', before})
  const skipped: RefusedLetter[] = []
  const refused: RefusedLetter[] = []
  let imported = 0
  let tried = 0
  try {
    for await (const lines of inBatches(file.letters())) {
      if (signal.aborted) break
      const outcome = await importBatch(parts, lines)
      imported += outcome.imported
      skipped.push(...outcome.skipped)
      refused.push(...outcome.refused)
      tried += lines.length
      onProgress(tried)
    }
  } finally {
    const after = {imported, skipped: skipped.length, refused: refused.length}
    await recordAction(database, operator, {action: 'dlq.imported', before, after})
  }
  return {letters: end.letters, imported, skipped, refused, left: end.letters - tried}
}

async function* inBatches(lines: AsyncIterable<LetterLine>): AsyncGenerator<readonly LetterLine[]> {
  let batch: LetterLine[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const batchSize = 200
