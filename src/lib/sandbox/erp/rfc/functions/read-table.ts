import {char, numc, plain, type RfcStructure, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {numberIn, rowsIn, textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {exception} from '#lib/sandbox/erp/rfc/rfc-error.js'
import {type Condition, parseOptions} from './table-options.js'
import {type Column, type TransparentTable, transparentTables} from './transparent-tables.js'

const tab512: StructureType = {name: 'TAB512', fields: [char('WA', 512)]}
const rfcDbOpt: StructureType = {name: 'RFC_DB_OPT', fields: [char('TEXT', 72)]}
const rfcDbFld: StructureType = {
  name: 'RFC_DB_FLD',
  fields: [char('FIELDNAME', 30), numc('OFFSET', 6), numc('LENGTH', 6), char('TYPE', 1), char('FIELDTEXT', 60)],
}

/** Reads rows of a table as text: columns of fixed width, with a delimiter between them if one is given. */
export const readTable: FunctionModule = {
  name: 'RFC_READ_TABLE',
  parameters: [
    importing(char('QUERY_TABLE', 30), {isRequired: true}),
    importing(char('DELIMITER', 1)),
    importing(char('NO_DATA', 1)),
    importing(plain('ROWSKIPS', 'INT')),
    importing(plain('ROWCOUNT', 'INT')),
    tables('OPTIONS', rfcDbOpt),
    tables('FIELDS', rfcDbFld),
    tables('DATA', tab512),
  ],
  run: ({given, world}) => {
    const table = tableNamed(textIn(given, 'QUERY_TABLE'))
    const conditions = conditionsOf(given, table)
    const delimiter = textIn(given, 'DELIMITER')
    const columns = columnsOf(given, table)
    const placed = placeColumns(columns, delimiter.length)
    if (textIn(given, 'NO_DATA') !== '') return {FIELDS: placed}
    const rows = table
      .rows(world, conditions)
      .filter((row) => conditions.every(({field, value}) => row[field] === value))
    const skipped = Math.max(0, numberIn(given, 'ROWSKIPS'))
    const count = numberIn(given, 'ROWCOUNT')
    const wanted = rows.slice(skipped, count > 0 ? skipped + count : undefined)
    const lines = wanted.map((row) => columns.map((column) => cell(row[column.name] ?? '', column)).join(delimiter))
    return {FIELDS: placed, DATA: lines.map((line) => ({WA: line.trimEnd()}))}
  },
}

function tableNamed(name: string): TransparentTable {
  const table = transparentTables.get(name)
  if (table) return table
  throw exception('TABLE_NOT_AVAILABLE')
}

function conditionsOf(given: RfcStructure, {columns}: TransparentTable): readonly Condition[] {
  const conditions = parseOptions(rowsIn(given, 'OPTIONS').map((line) => textIn(line, 'TEXT')))
  const isKnown = ({field}: Condition) => columns.some(({name}) => name === field)
  if (conditions?.every(isKnown)) return conditions
  throw exception('OPTION_NOT_VALID')
}

function columnsOf(given: RfcStructure, {columns}: TransparentTable): readonly Column[] {
  const names = rowsIn(given, 'FIELDS').map((field) => textIn(field, 'FIELDNAME'))
  if (names.length === 0) return columns
  return names.map((wanted) => {
    const column = columns.find(({name}) => name === wanted)
    if (column) return column
    throw exception('FIELD_NOT_VALID')
  })
}

function placeColumns(columns: readonly Column[], gap: number): readonly RfcStructure[] {
  let offset = 0
  const placed = columns.map(({name, length, type, text}) => {
    const field = {FIELDNAME: name, OFFSET: sixDigits(offset), LENGTH: sixDigits(length), TYPE: type, FIELDTEXT: text}
    offset += length + gap
    return field
  })
  if (offset - gap > widest) throw exception('DATA_BUFFER_EXCEEDED')
  return placed
}

function cell(value: string, {type, length}: Column): string {
  return type === 'P' ? value.padStart(length) : value.padEnd(length)
}

function sixDigits(number: number): string {
  return String(number).padStart(6, '0')
}

const widest = 512
