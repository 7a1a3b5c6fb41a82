import {
  type Call,
  describeFunction,
  type FieldDescription,
  type FunctionDescription,
  type ParameterDescription,
} from './describe-function.js'

/** What an elementary field takes, by SAP's one-letter types: C, N, D, T, P, I, b, s, 8, F, X, g, y, a, e, p. */
export interface FieldShape {
  readonly type: string
  /** Characters; digits of P in a structure, bytes of P as a parameter are turned into digits. */
  readonly length: number
  readonly decimals: number
}

/** The fields of a structure by name; of one that could not be read, or holds structures of its own, less is known. */
export type StructureShape = ReadonlyMap<string, FieldShape | undefined>

export type ParameterShape =
  | {readonly kind: 'field'; readonly field: FieldShape}
  | {readonly kind: 'structure' | 'table'; readonly fields: StructureShape | undefined}
  /** Known by name only. */
  | {readonly kind: 'unknown'}

/** What a function takes and gives. */
export interface FunctionInterface {
  /** By name: import, changing and tables parameters. */
  readonly takes: ReadonlyMap<string, ParameterShape>
  /** Names of export, changing and tables parameters. */
  readonly gives: ReadonlySet<string>
  /** Names of those among them that hold SAP's messages, by their type. */
  readonly messages: readonly string[]
}

/**
 * Asks SAP for the interface of a function. Undefined if it does not tell: then
 * less can be checked, and everything goes on.
 */
export async function readInterface(name: string, call: Call): Promise<FunctionInterface | undefined> {
  const described = await describeFunction(name, call)
  return described.ok ? interfaceOf(described.description) : undefined
}

/** As much of a description as it takes to check values. */
export function interfaceOf({parameters}: FunctionDescription): FunctionInterface {
  const given = parameters.filter(({direction}) => direction !== 'import')
  return {
    takes: new Map(
      parameters
        .filter(({direction}) => direction !== 'export')
        .map((parameter) => [parameter.name, shapeOf(parameter)]),
    ),
    gives: new Set(given.map(({name}) => name)),
    messages: given.filter(({structure}) => structure?.startsWith('BAPIRET')).map(({name}) => name),
  }
}

function shapeOf(parameter: ParameterDescription): ParameterShape {
  const field = fieldShapeOf(parameter)
  if (field !== undefined) return {kind: 'field', field}
  if (parameter.direction === 'tables') return {kind: 'table', fields: structureShapeOf(parameter)}
  if (structureTypes.has(parameter.abapType)) return {kind: 'structure', fields: structureShapeOf(parameter)}
  return {kind: 'unknown'}
}

/** A line of a table that is a value itself has one field without a name. */
function structureShapeOf({fields}: FieldDescription): StructureShape | undefined {
  if (fields === null || fields.some(({name}) => name === '')) return undefined
  return new Map(fields.map((field) => [field.name, fieldShapeOf(field)]))
}

function fieldShapeOf({abapType, length, decimals}: FieldDescription): FieldShape | undefined {
  return elementaryTypes.has(abapType) ? {type: abapType, length, decimals} : undefined
}

const elementaryTypes: ReadonlySet<string> = new Set('CNDTPIbs8FXgyaep')
const structureTypes: ReadonlySet<string> = new Set('uv')
