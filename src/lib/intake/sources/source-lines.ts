import type {Queryable} from '#lib/db/database.js'
import type {Line} from '#lib/intake/readers/line.js'
import type {ParsedDocument} from '#lib/intake/readers/parse-document.js'
import type {CheckedLine} from '#lib/intake/runs/check-lines.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {findLatestOfKeys, type Holder} from '#lib/ledger/accept.js'
import {readSource, type RowSelection, type SourceRow} from './read-source.js'
import type {Source} from './source.js'

/** The rows of a source as lines, numbered in the order in which they were read. */
export interface SourceLines {
  readonly read: (selection: RowSelection, skip?: ReadonlySet<string>) => AsyncGenerator<Line>
  /** The row a line was. */
  readonly rowOf: (line: Line) => SourceRow | undefined
}

/** Reads so many rows at a time; with a ledger, those are recognised that say nothing new. */
export function openSourceLines(source: Source, size: number, ledger: Queryable | null): SourceLines {
  const rowOf = new WeakMap<Line, SourceRow>()
  let number = 0
  return {
    read: async function* (selection, skip = nobody) {
      for await (const rows of readSource(source, selection, size)) {
        const wanted = rows
          .filter(({key}) => key === null || !skip.has(key))
          .map((row) => ({row, parsed: parse(source, row)}))
        const latest = ledger === null ? nothing : await latestOf(ledger, source.flow, wanted)
        for (const {row, parsed} of wanted) {
          number += 1
          const line = {
            ...parsed,
            ...knownAs(parsed, latest.get(row.key ?? '')),
            number,
            end: number,
            text: row.text ?? '',
          }
          rowOf.set(line, row)
          yield line
        }
      }
    },
    rowOf: (line) => rowOf.get(line),
  }
}

/**
 * Refuses a document whose business key is another than that of its row: the row
 * could not be found again by the key of its message.
 */
export function refuseOtherKey(checked: CheckedLine, row: SourceRow | undefined, column: string): CheckedLine {
  if (checked.kind !== 'admissible' || row === undefined || row.key === checked.document.key) return checked
  const message = `has a business key that is not the one in the column "${column}" of its row`
  return {kind: 'refused', line: checked.line, problems: [{field: '', message}]}
}

function parse({settings}: Source, {key, text}: SourceRow): ParsedDocument {
  if (key === null) return {problem: `the column "${settings.key}" of its row is null`}
  if (text === null) return {problem: 'the column "document" of its row is null'}
  return {document: JSON.parse(text) as unknown}
}

async function latestOf(
  ledger: Queryable,
  flow: string,
  rows: readonly {readonly row: SourceRow}[],
): Promise<ReadonlyMap<string, Latest>> {
  return findLatestOfKeys(
    ledger,
    flow,
    rows.flatMap(({row}) => row.key ?? []),
  )
}

/** Most of what a reading begins with was read before: recognised here, it costs no schema and no mapping. */
function knownAs(parsed: ParsedDocument, latest: Latest | undefined): Pick<Line, 'knownAs'> {
  if (latest === undefined || 'problem' in parsed) return {}
  const hash = payloadHash(parsed.document)
  return latest.hashes.includes(hash) ? {knownAs: latest.id} : {}
}

type Latest = Pick<Holder, 'id' | 'hashes'>

const nobody: ReadonlySet<string> = new Set()
const nothing: ReadonlyMap<string, Latest> = new Map()
