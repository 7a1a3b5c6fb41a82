import {
  elementaryLine,
  type FieldType,
  initialValue,
  type RfcStructure,
  type RfcValue,
  type StructureType,
} from './field-type.js'

/**
 * Brings a value that came in over the line into the shape of its field, with what
 * is missing initial. Undefined if it cannot be a value of that field.
 */
export function conform(type: FieldType, value: unknown): RfcValue | undefined {
  switch (type.type) {
    case 'CHAR':
      return text(value, type.length)
    case 'STRING':
      return text(value, Infinity)
    case 'NUM':
      return matching(value, /^\d*$/, type.length)?.padStart(type.length, '0')
    case 'BCD':
      return decimal(value, type)
    case 'DECF16':
    case 'DECF34':
      return matching(value, /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 48)
    // Whether a date exists is for the function to say: the RFC protocol does not look.
    case 'DATE':
      return text(value, 8)
    case 'TIME':
      return text(value, 6)
    case 'UTCLONG':
      return text(value, 27)
    case 'BYTE':
      return matching(value, hex, 2 * type.length)?.padEnd(2 * type.length, '0')
    case 'XSTRING':
      return matching(value, hex, Infinity)
    case 'FLOAT':
      return typeof value === 'number' ? value : undefined
    case 'INT':
      return integer(value, -(2 ** 31), 2 ** 31 - 1)
    case 'INT1':
      return integer(value, 0, 255)
    case 'INT2':
      return integer(value, -(2 ** 15), 2 ** 15 - 1)
    case 'INT8':
      return longInteger(value)
    case 'STRUCTURE':
      return conformStructure(type.line, value)
    case 'TABLE':
      return conformTable(type.line, value)
  }
}

function conformTable(line: StructureType, value: unknown): RfcValue | undefined {
  if (!Array.isArray(value)) return undefined
  const elementary = elementaryLine(line)
  const rows: RfcValue[] = []
  for (const each of value) {
    const row = elementary ? conform(elementary, each) : conformStructure(line, each)
    if (row === undefined) return undefined
    rows.push(row)
  }
  return rows
}

/** A field that the structure does not have is as wrong as a value that does not fit. */
function conformStructure({fields}: StructureType, value: unknown): RfcStructure | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const given = new Map<string, unknown>(Object.entries(value))
  const result: Record<string, RfcValue> = {}
  for (const field of fields) {
    const conformed = given.has(field.name) ? conform(field, given.get(field.name)) : initialValue(field)
    if (conformed === undefined) return undefined
    result[field.name] = conformed
    given.delete(field.name)
  }
  return given.size === 0 ? result : undefined
}

function text(value: unknown, length: number): string | undefined {
  return typeof value === 'string' && value.length <= length ? value : undefined
}

function matching(value: unknown, pattern: RegExp, length: number): string | undefined {
  const found = text(value, length)
  return found !== undefined && pattern.test(found) ? found : undefined
}

function integer(value: unknown, lowest: number, highest: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest ? value : undefined
}

function longInteger(value: unknown): string | undefined {
  const digits = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return matching(digits, /^-?\d+$/, 20)
}

/** All decimals are there once a packed number has arrived: "2" in a field with three is "2.000". */
function decimal(value: unknown, {length, decimals}: Extract<FieldType, {type: 'BCD'}>): string | undefined {
  const match = typeof value === 'string' ? /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(value) : null
  if (!match || !/\d/.test(match[0])) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  if (fraction.length > decimals || whole.length + decimals > 2 * length - 1) return undefined
  const shown = `${whole === '' ? '0' : whole}${decimals === 0 ? '' : `.${fraction.padEnd(decimals, '0')}`}`
  return /[1-9]/.test(shown) ? sign + shown : shown
}

const hex = /^([0-9a-fA-F]{2})*$/
