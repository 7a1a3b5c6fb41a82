import {z} from 'zod'
import type {CallResult} from './lease.js'

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
}

type Call = (name: string, parameters: Readonly<Record<string, unknown>>) => Promise<CallResult>

/**
 * Asks SAP for the interface of a function, by the functions its own libraries
 * use for that. Undefined if it does not tell: then less can be checked, and
 * everything goes on.
 */
export async function readInterface(name: string, call: Call): Promise<FunctionInterface | undefined> {
  const answer = await call('RFC_GET_FUNCTION_INTERFACE', {FUNCNAME: name, NONE_UNICODE_LENGTH: 'X'})
  const rows = answer.ok ? functionRows.safeParse(answer.answer).data?.PARAMS : undefined
  if (rows === undefined) return undefined
  const structures = new Map<string, StructureShape | undefined>()
  for (const {EXID, TABNAME} of rows) {
    if (structureTypes.has(EXID) && !structures.has(TABNAME))
      structures.set(TABNAME, await readStructure(TABNAME, call))
  }
  return {
    takes: new Map(
      rows.filter(({PARAMCLASS}) => 'ICT'.includes(PARAMCLASS)).map((row) => [row.PARAMETER, shapeOf(row, structures)]),
    ),
    gives: new Set(rows.filter(({PARAMCLASS}) => 'ECT'.includes(PARAMCLASS)).map(({PARAMETER}) => PARAMETER)),
  }
}

async function readStructure(name: string, call: Call): Promise<StructureShape | undefined> {
  const answer = await call('DDIF_FIELDINFO_GET', {TABNAME: name, ALL_TYPES: 'X'})
  const rows = answer.ok ? fieldRows.safeParse(answer.answer).data?.DFIES_TAB : undefined
  return rows && new Map(rows.map((row) => [row.FIELDNAME, fieldShapeOf(row)]))
}

function shapeOf(
  {PARAMCLASS, EXID, TABNAME, INTLENGTH, DECIMALS}: FunctionRow,
  structures: ReadonlyMap<string, StructureShape | undefined>,
): ParameterShape {
  if (PARAMCLASS === 'T') return {kind: 'table', fields: structures.get(TABNAME)}
  if (structureTypes.has(EXID)) return {kind: 'structure', fields: structures.get(TABNAME)}
  if (!elementaryTypes.has(EXID)) return {kind: 'unknown'}
  const length = EXID === 'P' ? INTLENGTH * 2 - 1 : INTLENGTH
  return {kind: 'field', field: {type: EXID, length, decimals: DECIMALS}}
}

function fieldShapeOf({INTTYPE, LENG, DECIMALS}: FieldRow): FieldShape | undefined {
  return elementaryTypes.has(INTTYPE) ? {type: INTTYPE, length: LENG, decimals: DECIMALS} : undefined
}

const elementaryTypes: ReadonlySet<string> = new Set('CNDTPIbs8FXgyaep')
const structureTypes: ReadonlySet<string> = new Set('uv')

const text = z.string()

const functionRow = z.object({
  PARAMCLASS: text,
  PARAMETER: text,
  TABNAME: text,
  EXID: text,
  INTLENGTH: z.number(),
  DECIMALS: z.number(),
})

type FunctionRow = z.output<typeof functionRow>

const functionRows = z.object({PARAMS: z.array(functionRow)})

const fieldRow = z.object({FIELDNAME: text, INTTYPE: text, LENG: z.coerce.number(), DECIMALS: z.coerce.number()})

type FieldRow = z.output<typeof fieldRow>

const fieldRows = z.object({DFIES_TAB: z.array(fieldRow)})
