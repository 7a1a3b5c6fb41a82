import {
  char,
  date,
  numc,
  packed,
  plain,
  raw,
  structure,
  type StructureType,
  table,
  time,
} from '#lib/sandbox/erp/rfc/field-type.js'
import {changing, exporting, type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {numberIn, structureIn, textsIn} from '#lib/sandbox/erp/rfc/read-values.js'

const pair: StructureType = {name: 'ZSIM_PAIR', fields: [char('PARTN_ROLE', 2), char('PARTN_NUMB', 10)]}

/** One field of every type there is. */
const everyType: StructureType = {
  name: 'ZSIM_ALL',
  fields: [
    char('C', 5),
    numc('N', 5),
    date('D'),
    time('T'),
    plain('S', 'STRING'),
    raw('X', 4),
    plain('XS', 'XSTRING'),
    packed('P', 5, 2),
    plain('D16', 'DECF16'),
    plain('D34', 'DECF34'),
    plain('F', 'FLOAT'),
    plain('I', 'INT'),
    plain('I1', 'INT1'),
    plain('I2', 'INT2'),
    plain('I8', 'INT8'),
    plain('U', 'UTCLONG'),
    structure('SUB', pair),
    table('ROWS', pair),
  ],
}

const stringLine: StructureType = {name: 'ZSIM_STRING_LINE', fields: [plain('', 'STRING')]}

const row: StructureType = {
  name: 'ZSIM_ROW',
  fields: [
    numc('ITM_NUMBER', 6),
    char('MATERIAL', 18),
    packed('TARGET_QTY', 7, 3),
    char('TARGET_QU', 3),
    char('SHORT_TEXT', 40),
    packed('COND_VALUE', 12, 9),
  ],
}

/** No functions of SAP: they show how a client library copes with what it gets. */
export const simulation: readonly FunctionModule[] = [
  {
    name: 'Z_SIM_ECHO',
    parameters: [
      importing(structure('IS', everyType)),
      exporting(structure('ES', everyType)),
      changing(table('CT_LINES', stringLine)),
    ],
    run: ({given}) => ({
      ES: structureIn(given, 'IS'),
      CT_LINES: textsIn(given, 'CT_LINES').map((line) => `${line}!`),
    }),
  },
  {
    name: 'Z_SIM_TABLE',
    parameters: [importing(plain('ROWS', 'INT')), tables('DATA', row)],
    run: ({given}) => ({DATA: Array.from({length: rowCount(numberIn(given, 'ROWS'))}, (_, index) => rowAt(index))}),
  },
  {name: 'Z_SIM_BADREPLY', parameters: [exporting(char('X', 2))], run: () => ({X: 'too long'})},
  {
    name: 'Z_SIM_DROP',
    parameters: [],
    run: ({dropLine}) => {
      dropLine()
      return {}
    },
  },
]

function rowAt(index: number): Readonly<Record<string, string>> {
  return {
    ITM_NUMBER: String(index % 1_000_000).padStart(6, '0'),
    MATERIAL: `MAT-${index}`,
    TARGET_QTY: `${index}.500`,
    TARGET_QU: 'ST',
    SHORT_TEXT: 'Größe ✓',
    COND_VALUE: '1.000000000',
  }
}

function rowCount(asked: number): number {
  return Math.min(Math.max(asked, 0), mostRows)
}

const mostRows = 1_000_000
