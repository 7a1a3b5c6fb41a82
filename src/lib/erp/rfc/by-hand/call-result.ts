import type {FunctionDescription} from '#lib/erp/rfc/describe-function.js'
import type {SapMessage} from '#lib/erp/rfc/return-messages.js'
import {renderTable} from '#lib/output/table.js'
import type {HandCall} from './call.js'

/** What a function gave, with its tables down to so many rows. */
export interface CallResult {
  readonly latencyMs: number
  readonly committed: boolean
  readonly exports: Readonly<Record<string, unknown>>
  readonly tables: Readonly<Record<string, readonly unknown[]>>
  /** How many rows each table has in all. */
  readonly rows: Readonly<Record<string, number>>
  readonly messages: readonly SapMessage[]
}

/** Sorts an answer into tables and the rest, without what the function only took. */
export function toCallResult(
  {answer, messages, isCommitted, latencyMs}: Extract<HandCall, {kind: 'answered'}>,
  description: FunctionDescription | undefined,
  limit: number,
): CallResult {
  const taken = new Set(description?.parameters.filter(({direction}) => direction === 'import').map(({name}) => name))
  const given = Object.entries(answer).filter(([name]) => !taken.has(name))
  const tables = given.flatMap(([name, value]): [string, readonly unknown[]][] =>
    Array.isArray(value) ? [[name, value]] : [],
  )
  return {
    latencyMs,
    committed: isCommitted,
    exports: Object.fromEntries(given.filter(([, value]) => !Array.isArray(value))),
    tables: Object.fromEntries(tables.map(([name, rows]) => [name, rows.slice(0, limit)])),
    rows: Object.fromEntries(tables.map(([name, rows]) => [name, rows.length])),
    messages,
  }
}

/** One of the tables as a table; nothing where it has no rows. */
export function presentRows(rows: readonly unknown[]): string {
  const columns = [...new Set(rows.flatMap(columnsOf))]
  if (columns.length === 0) return ''
  return renderTable(
    columns,
    rows.map((row) => columns.map((column) => cell(row, column))),
  )
}

/** What of the tables is not shown, a line each. */
export function presentCuts({tables, rows}: CallResult): readonly string[] {
  return Object.entries(tables)
    .filter(([name, shown]) => shown.length < (rows[name] ?? 0))
    .map(([name, shown]) => `${name}: ${shown.length} of ${rows[name]} rows; for more, type --limit ${rows[name]}`)
}

/** `E V1/302: Sales document 4711 does not exist`. */
export function presentMessage({type, code, text}: SapMessage): string {
  return `${type} ${code}${text === '' ? '' : `: ${text}`}`
}

function columnsOf(row: unknown): readonly string[] {
  return typeof row === 'object' && row !== null ? Object.keys(row) : [lineColumn]
}

function cell(row: unknown, column: string): string {
  const value: unknown =
    typeof row === 'object' && row !== null ? Object.getOwnPropertyDescriptor(row, column)?.value : row
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}

/** Of tables whose lines are values. */
const lineColumn = 'line'
