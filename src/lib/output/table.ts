import {styleText} from 'node:util'
import Table from 'cli-table3'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/**
 * Lays rows out in columns without frames, so that the lines serve `grep` and
 * `awk` as well as people. Titles are bold where stdout is a terminal and
 * NO_COLOR is not set.
 */
export function renderTable(columns: readonly (string | Column)[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((column) => bold(typeof column === 'string' ? column : column.title)),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : (column.align ?? 'left'))),
    chars: frameless,
    style: {head: [], border: [], 'padding-left': 0, 'padding-right': 2},
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  return lines.map((line) => line.trimEnd()).join('\n')
}

function bold(text: string): string {
  return styleText('bold', text, {stream: process.stdout})
}

const frameless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
