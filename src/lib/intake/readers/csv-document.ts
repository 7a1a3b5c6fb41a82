import type {CsvColumn, CsvInput} from '#lib/config/csv-input.js'
import {type CsvValue, readCell} from './csv-value.js'
import type {ParsedDocument} from './parse-document.js'

/** What the rows of one file become. */
export interface RowReader {
  /** Whether several rows may be one document. */
  readonly isGrouped: boolean
  /** Rows with the same one belong to one document; null where each is a document. */
  readonly groupOf: (row: readonly string[]) => string | null
  /** The document of rows that belong together. */
  readonly documentOf: (rows: readonly (readonly string[])[]) => ParsedDocument
}

/** Prepares for a header; a problem if the mapping does not fit it. */
export function openRows(
  header: readonly string[],
  {columns, decimal, group}: CsvInput,
): RowReader | {readonly problem: string} {
  const names = header.map((name) => name.trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return {problem: `the header has "${twice}" twice`}
  const lacking = [...Object.keys(columns ?? {}), ...(group === undefined ? [] : [group])].find(
    (name) => !names.includes(name),
  )
  if (lacking !== undefined) return {problem: `the header has no "${lacking}"; it has ${names.join(', ')}`}

  const mapped = names.map((name): CsvColumn | undefined =>
    columns === undefined ? {to: name, type: 'text'} : columns[name],
  )
  const groupAt = group === undefined ? -1 : names.indexOf(group)
  return {
    isGrouped: group !== undefined,
    groupOf: (row) => row[groupAt] ?? null,
    documentOf: (rows) => buildDocument(rows, mapped, decimal),
  }
}

function buildDocument(
  rows: readonly (readonly string[])[],
  columns: readonly (CsvColumn | undefined)[],
  decimal: CsvInput['decimal'],
): ParsedDocument {
  const document: Tree = {}
  for (const [rowIndex, row] of rows.entries()) {
    for (const [index, column] of columns.entries()) {
      const text = row[index] ?? ''
      if (column === undefined || text.trim() === '') continue
      const path = pathOf(column.to, rowIndex)
      const cell: CsvValue = readCell(text, column, decimal)
      if ('problem' in cell) return {problem: cell.problem, field: pointer(path)}
      const before = put(document, path, cell.value)
      if (before !== undefined && before !== cell.value)
        return {problem: 'differs between lines of one document', field: pointer(path)}
    }
  }
  return {document}
}

interface Tree {
  [property: string]: unknown
}

/** `items[].quantity` of the second row is `items`, 1, `quantity`. */
function pathOf(to: string, rowIndex: number): readonly (string | number)[] {
  return to
    .split('.')
    .flatMap((part): readonly (string | number)[] => (part.endsWith('[]') ? [part.slice(0, -2), rowIndex] : [part]))
}

function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${part}`).join('')
}

/** Sets a value that is not there yet, and tells what was there. */
function put(tree: Tree, path: readonly (string | number)[], value: unknown): unknown {
  const [first = '', second, ...rest] = path
  if (second === undefined) {
    const before = Object.hasOwn(tree, first) ? tree[first] : undefined
    if (before === undefined) define(tree, first, value)
    return before
  }
  if (!Object.hasOwn(tree, first)) define(tree, first, typeof second === 'number' ? [] : {})
  return put(tree[first] as Tree, [second, ...rest], value)
}

/** A header may be called `__proto__`. */
function define(tree: Tree, property: string | number, value: unknown): void {
  Object.defineProperty(tree, property, {value, enumerable: true, configurable: true, writable: true})
}
