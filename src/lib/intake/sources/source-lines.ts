import type {Line} from '#lib/intake/readers/line.js'
import type {CheckedLine} from '#lib/intake/runs/check-lines.js'
import {readSource, type RowSelection, type SourceRow} from './read-source.js'
import type {Source} from './source.js'

/** The rows of a source as lines, numbered in the order in which they were read. */
export interface SourceLines {
  readonly read: (selection: RowSelection, skip?: ReadonlySet<string>) => AsyncGenerator<Line>
  /** The row a line was. */
  readonly rowOf: (line: Line) => SourceRow | undefined
}

export function openSourceLines(source: Source, size: number): SourceLines {
  const rowOf = new WeakMap<Line, SourceRow>()
  let number = 0
  return {
    read: async function* (selection, skip = nobody) {
      for await (const rows of readSource(source, selection, size)) {
        for (const row of rows) {
          if (row.key !== null && skip.has(row.key)) continue
          number += 1
          const line = toLine(source, row, number)
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
  if (checked.kind === 'refused' || row === undefined || row.key === checked.document.key) return checked
  const message = `has a business key that is not the one in the column "${column}" of its row`
  return {kind: 'refused', line: checked.line, problems: [{field: '', message}]}
}

function toLine({settings}: Source, {key, text}: SourceRow, number: number): Line {
  const place = {number, end: number, text: text ?? ''}
  if (key === null) return {...place, problem: `the column "${settings.key}" of its row is null`}
  if (text === null) return {...place, problem: 'the column "document" of its row is null'}
  return {...place, document: JSON.parse(text) as unknown}
}

const nobody: ReadonlySet<string> = new Set()
