import type {Queryable} from '#lib/db/database.js'
import type {Door} from '#lib/intake/door.js'
import type {Line} from '#lib/intake/readers/line.js'
import {openChecker} from '#lib/intake/runs/checker.js'
import {type CheckedLine, checkLines} from '#lib/intake/runs/check-lines.js'
import type {RowSelection} from '#lib/intake/sources/read-source.js'
import type {Source} from '#lib/intake/sources/source.js'
import {openSourceLines, refuseOtherKey, type SourceLines} from '#lib/intake/sources/source-lines.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {newestOfKeys} from '#lib/ledger/key-states.js'
import type {InternalSide, KeySelection, StatePage} from './internal-side.js'

/** The source of a flow as the side that says what SAP should hold, whether it has been pushed or not. */
export function sourceSide(database: Queryable, door: Door, source: Source): InternalSide {
  return {
    kind: 'source',
    states: (selection) => readStates(database, door, source, selection),
    documents: async (planned) =>
      readDocuments(
        source,
        planned.map(({key}) => key),
      ),
    hashes: async (keys) => {
      const documents = await readDocuments(source, keys)
      return new Map([...documents].map(([key, document]) => [key, payloadHash(document)]))
    },
    goneText: 'its row is gone from the source',
    changedText: 'its row in the source has changed since it was planned',
  }
}

async function readDocuments(source: Source, keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const lines = openSourceLines(source, pageSize, null)
  const documents = new Map<string, unknown>()
  for await (const line of lines.read({kind: 'keys', keys})) {
    const key = lines.rowOf(line)?.key
    if (key !== undefined && key !== null && 'document' in line) documents.set(key, line.document)
  }
  // What was not read any more is not gone.
  source.signal.throwIfAborted()
  return documents
}

async function* readStates(
  database: Queryable,
  door: Door,
  source: Source,
  selection: KeySelection,
): AsyncGenerator<StatePage> {
  const lines = openSourceLines(source, pageSize, null)
  const checker = openChecker(door)
  const named = selection.kind === 'keys' ? [...new Set(selection.keys)] : []
  const found = new Set<string>()
  for await (const page of inPages(lines.read(selectionOf(source, selection, named)))) {
    const checked = (await checkLines(checker, page)).map((line) =>
      refuseOtherKey(line, lines.rowOf(line.line), source.settings.key),
    )
    for (const {line} of checked) found.add(lines.rowOf(line)?.key ?? '')
    yield await toPage(database, door.flow, checked, lines)
  }
  source.signal.throwIfAborted()
  const unknown = named.filter((key) => !found.has(key))
  if (unknown.length > 0) yield {states: [], unknown, refused: []}
}

async function toPage(
  database: Queryable,
  flow: string,
  checked: readonly CheckedLine[],
  {rowOf}: SourceLines,
): Promise<StatePage> {
  const admissible = checked.flatMap((one) => (one.kind === 'admissible' ? [one.document] : []))
  const newest = await newestOfKeys(
    database,
    flow,
    admissible.map(({key}) => key),
  )
  return {
    states: admissible.map(({key, version, reference, document, hash}) => ({
      key,
      messageId: newest.get(key)?.messageId ?? null,
      version,
      reference,
      payload: document,
      hash,
    })),
    unknown: [],
    refused: checked.flatMap((one) =>
      one.kind === 'refused' ? [{key: rowOf(one.line)?.key ?? '', problems: one.problems}] : [],
    ),
  }
}

function selectionOf({columns, flow}: Source, selection: KeySelection, named: readonly string[]): RowSelection {
  if (selection.kind === 'keys') return {kind: 'keys', keys: named}
  const {since, share, seed} = selection
  if (since !== null && columns.markKind === 'number') {
    throw new ErpSyncError(`The watermark of the source of ${flow} is a number, and says nothing of --since.`, {
      code: 'selection_invalid',
      exitCode: exitCodes.usage,
      hint: 'Narrow it down by --where or --sample, name keys, or compare with the ledger: --from-ledger.',
    })
  }
  return {kind: 'part', mark: since?.toISOString() ?? null, share, seed}
}

async function* inPages(lines: AsyncIterable<Line>): AsyncGenerator<readonly Line[]> {
  let page: Line[] = []
  for await (const line of lines) {
    page.push(line)
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

const pageSize = 500
