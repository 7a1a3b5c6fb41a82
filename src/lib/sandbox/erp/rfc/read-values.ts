import type {RfcStructure, RfcTable, RfcValue} from './field-type.js'

/** The text in a field; of a value that has come in, its type is known to be right. */
export function textIn(values: RfcStructure, field: string): string {
  const value = values[field]
  return typeof value === 'string' ? value : ''
}

export function numberIn(values: RfcStructure, field: string): number {
  const value = values[field]
  return typeof value === 'number' ? value : 0
}

export function structureIn(values: RfcStructure, field: string): RfcStructure {
  const value = values[field]
  return isStructure(value) ? value : {}
}

/** The lines of a table of structures. */
export function rowsIn(values: RfcStructure, field: string): readonly RfcStructure[] {
  return linesIn(values, field).filter(isStructure)
}

/** The lines of a table of texts. */
export function textsIn(values: RfcStructure, field: string): readonly string[] {
  return linesIn(values, field).filter((line) => typeof line === 'string')
}

export function linesIn(values: RfcStructure, field: string): RfcTable {
  const value = values[field]
  return Array.isArray(value) ? value : []
}

function isStructure(value: RfcValue | undefined): value is RfcStructure {
  return typeof value === 'object' && !Array.isArray(value)
}
