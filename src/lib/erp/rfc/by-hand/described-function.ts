import type {
  Direction,
  FieldDescription,
  FunctionDescription,
  ParameterDescription,
} from '#lib/erp/rfc/describe-function.js'

export interface DescribedField {
  readonly name: string
  /** In the words of SAP's data dictionary, e.g. `CHAR`; `STRUCTURE` or `TABLE`. */
  readonly type: string
  /** Characters or digits; null where the type says it all. */
  readonly length: number | null
  /** Null for what has none. */
  readonly decimals: number | null
  readonly text: string
  /** Name of the structure, or of the line of a table. */
  readonly structure: string | null
  readonly fields: readonly DescribedField[] | null
}

export interface DescribedParameter extends DescribedField {
  readonly direction: Direction
  readonly optional: boolean
  readonly default: string | null
}

/** A function as people are told of it. */
export interface DescribedFunction {
  readonly function: string
  readonly parameters: readonly DescribedParameter[]
  readonly exceptions: readonly {readonly name: string; readonly text: string}[]
}

/** Turns what SAP tells into what people read, by direction and else as SAP lists it. */
export function toDescribedFunction({name, parameters, exceptions}: FunctionDescription): DescribedFunction {
  const sorted = directions.flatMap((direction) => parameters.filter((each) => each.direction === direction))
  return {function: name, parameters: sorted.map(toParameter), exceptions}
}

function toParameter(parameter: ParameterDescription): DescribedParameter {
  const {name, ...rest} = toField(parameter)
  return {
    name,
    direction: parameter.direction,
    optional: parameter.isOptional,
    default: parameter.default,
    ...rest,
  }
}

function toField({name, abapType, length, decimals, text, structure, fields}: FieldDescription): DescribedField {
  return {
    name,
    type: words[abapType] ?? abapType,
    length: sized.has(abapType) ? length : null,
    decimals: abapType === 'P' ? decimals : null,
    text,
    structure,
    fields: fields?.map(toField) ?? null,
  }
}

const directions: readonly Direction[] = ['import', 'export', 'changing', 'tables']
const sized: ReadonlySet<string> = new Set('CNPX')

const words: Readonly<Record<string, string>> = {
  C: 'CHAR',
  N: 'NUMC',
  D: 'DATS',
  T: 'TIMS',
  P: 'DEC',
  I: 'INT4',
  b: 'INT1',
  s: 'INT2',
  '8': 'INT8',
  F: 'FLTP',
  X: 'RAW',
  g: 'STRING',
  y: 'RAWSTRING',
  a: 'DECF16',
  e: 'DECF34',
  p: 'UTCLONG',
  u: 'STRUCTURE',
  v: 'STRUCTURE',
  h: 'TABLE',
}
