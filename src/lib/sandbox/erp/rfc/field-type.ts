/** What a field or parameter can hold, in the words of the RFC library. */
export type FieldType =
  | {readonly type: 'CHAR' | 'NUM' | 'BYTE'; readonly length: number}
  /** Packed: `length` bytes hold twice as many digits less one. */
  | {readonly type: 'BCD'; readonly length: number; readonly decimals: number}
  | {
      readonly type:
        | 'DATE'
        | 'TIME'
        | 'FLOAT'
        | 'INT'
        | 'INT1'
        | 'INT2'
        | 'INT8'
        | 'DECF16'
        | 'DECF34'
        | 'STRING'
        | 'XSTRING'
        | 'UTCLONG'
    }
  | {readonly type: 'STRUCTURE' | 'TABLE'; readonly line: StructureType}

export type Field = FieldType & {readonly name: string}

/** A structure of the data dictionary. One with a single nameless field is a table line of an elementary type. */
export interface StructureType {
  readonly name: string
  readonly fields: readonly Field[]
}

/** A value as it travels: BYTE and XSTRING as hex, INT8, BCD and DECF as text. */
export type RfcValue = string | number | RfcStructure | RfcTable

export interface RfcStructure {
  readonly [field: string]: RfcValue
}

export type RfcTable = readonly RfcValue[]

export const char = (name: string, length: number): Field => ({name, type: 'CHAR', length})
export const numc = (name: string, length: number): Field => ({name, type: 'NUM', length})
export const raw = (name: string, length: number): Field => ({name, type: 'BYTE', length})
export const packed = (name: string, length: number, decimals: number): Field => ({
  name,
  type: 'BCD',
  length,
  decimals,
})
export const plain = (
  name: string,
  type: Exclude<FieldType, {readonly length: number} | {readonly line: StructureType}>['type'],
): Field => ({name, type})
export const date = (name: string): Field => plain(name, 'DATE')
export const time = (name: string): Field => plain(name, 'TIME')
export const structure = (name: string, line: StructureType): Field => ({name, type: 'STRUCTURE', line})
export const table = (name: string, line: StructureType): Field => ({name, type: 'TABLE', line})

/** Whether the lines of a table are values themselves, with no field names. */
export function elementaryLine({fields}: StructureType): FieldType | undefined {
  const [first] = fields
  return fields.length === 1 && first?.name === '' ? first : undefined
}

/** What a field holds before anybody sets it. */
export function initialValue(type: FieldType): RfcValue {
  switch (type.type) {
    case 'CHAR':
    case 'STRING':
    case 'XSTRING':
      return ''
    case 'UTCLONG':
      return '0000-00-00T00:00:00,0000000'
    case 'NUM':
      return '0'.repeat(type.length)
    case 'BYTE':
      return '00'.repeat(type.length)
    case 'BCD':
      return (0).toFixed(type.decimals)
    case 'DATE':
      return '00000000'
    case 'TIME':
      return '000000'
    case 'FLOAT':
    case 'INT':
    case 'INT1':
    case 'INT2':
      return 0
    case 'INT8':
    case 'DECF16':
    case 'DECF34':
      return '0'
    case 'STRUCTURE':
      return initialStructure(type.line)
    case 'TABLE':
      return []
  }
}

/** A structure in which nothing is set yet. */
export function initialStructure({fields}: StructureType): RfcStructure {
  return Object.fromEntries(fields.map((field) => [field.name, initialValue(field)]))
}
