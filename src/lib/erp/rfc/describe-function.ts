import {z} from 'zod'
import type {CallResult} from './lease.js'
import {ownError, type RfcError} from './rfc-error.js'

/** A field of a structure, or what a parameter has in common with one. */
export interface FieldDescription {
  readonly name: string
  /** SAP's one-letter type: C, N, D, T, P, I, b, s, 8, F, X, g, y, a, e, p; u and v for a structure, h for a table. */
  readonly abapType: string
  /** Characters; digits of P; 0 where the type says it all. */
  readonly length: number
  readonly decimals: number
  readonly text: string
  /** Name of the structure, or of the line of a table; null for an elementary one. */
  readonly structure: string | null
  /** Its fields; null for an elementary one, and where SAP does not tell. */
  readonly fields: readonly FieldDescription[] | null
}

export type Direction = 'import' | 'export' | 'changing' | 'tables'

export interface ParameterDescription extends FieldDescription {
  readonly direction: Direction
  readonly isOptional: boolean
  /** As it is written in ABAP, e.g. `'X'` or `SPACE`; null for none. */
  readonly default: string | null
}

/** What a function takes, gives and raises, as SAP tells it. */
export interface FunctionDescription {
  readonly name: string
  readonly parameters: readonly ParameterDescription[]
  readonly exceptions: readonly {readonly name: string; readonly text: string}[]
}

export type Described =
  {readonly ok: true; readonly description: FunctionDescription} | {readonly ok: false; readonly error: RfcError}

export type Call = (name: string, parameters: Readonly<Record<string, unknown>>) => Promise<CallResult>

/** Asks SAP what a function takes and gives, by the functions that SAP's own libraries use for that. */
export async function describeFunction(name: string, call: Call): Promise<Described> {
  const answer = await call(interfaceFunction, {FUNCNAME: name, NONE_UNICODE_LENGTH: 'X'})
  if (!answer.ok) return answer
  const rows = functionRows.safeParse(answer.answer).data?.PARAMS
  if (rows === undefined) return {ok: false, error: ownError('ADDON', `${interfaceFunction} does not answer as known`)}
  const dictionary = new Dictionary(call)
  const parameters: ParameterDescription[] = []
  for (const row of rows) {
    const direction = directions[row.PARAMCLASS]
    if (direction !== undefined) parameters.push(await describeParameter(row, direction, dictionary))
  }
  const exceptions = rows.filter(({PARAMCLASS}) => PARAMCLASS === 'X')
  return {
    ok: true,
    description: {
      name,
      parameters,
      exceptions: exceptions.map((row) => ({name: row.PARAMETER, text: row.PARAMTEXT})),
    },
  }
}

async function describeParameter(
  {PARAMETER, EXID, TABNAME, INTLENGTH, DECIMALS, PARAMTEXT, OPTIONAL, DEFAULT}: FunctionRow,
  direction: Direction,
  dictionary: Dictionary,
): Promise<ParameterDescription> {
  const isNested = direction === 'tables' || nestedTypes.has(EXID)
  return {
    name: PARAMETER,
    direction,
    abapType: direction === 'tables' ? 'h' : EXID,
    // Bytes of a packed number hold twice as many digits less one.
    length: isNested ? 0 : EXID === 'P' ? INTLENGTH * 2 - 1 : INTLENGTH,
    decimals: DECIMALS,
    isOptional: direction === 'export' || OPTIONAL !== '',
    default: DEFAULT === '' ? null : DEFAULT,
    text: PARAMTEXT,
    structure: isNested && TABNAME !== '' ? TABNAME : null,
    fields: isNested && TABNAME !== '' ? await dictionary.fieldsOf(TABNAME) : null,
  }
}

/** Reads structures, each once. */
class Dictionary {
  readonly #call: Call
  readonly #known = new Map<string, readonly FieldRow[]>()

  constructor(call: Call) {
    this.#call = call
  }

  /** The fields, with those of structures within, down to a depth that no sane structure has. */
  async fieldsOf(structure: string, depth = 1): Promise<readonly FieldDescription[] | null> {
    const rows = await this.#rowsOf(structure)
    if (rows.length === 0) return null
    const fields: FieldDescription[] = []
    for (const {FIELDNAME, INTTYPE, LENG, DECIMALS, FIELDTEXT, ROLLNAME} of rows) {
      const isNested = nestedTypes.has(INTTYPE)
      fields.push({
        name: FIELDNAME,
        abapType: INTTYPE,
        length: isNested ? 0 : LENG,
        decimals: DECIMALS,
        text: FIELDTEXT,
        structure: isNested && ROLLNAME !== '' ? ROLLNAME : null,
        fields: isNested && ROLLNAME !== '' && depth < deepest ? await this.fieldsOf(ROLLNAME, depth + 1) : null,
      })
    }
    return fields
  }

  /** None where SAP does not tell. */
  async #rowsOf(structure: string): Promise<readonly FieldRow[]> {
    const known = this.#known.get(structure)
    if (known !== undefined) return known
    const answer = await this.#call('DDIF_FIELDINFO_GET', {TABNAME: structure, ALL_TYPES: 'X'})
    const rows = (answer.ok ? fieldRows.safeParse(answer.answer).data?.DFIES_TAB : undefined) ?? []
    this.#known.set(structure, rows)
    return rows
  }
}

const interfaceFunction = 'RFC_GET_FUNCTION_INTERFACE'
const directions: Readonly<Record<string, Direction>> = {I: 'import', E: 'export', C: 'changing', T: 'tables'}
const nestedTypes: ReadonlySet<string> = new Set('uvh')
const deepest = 5

const text = z.string()
/** Columns that tell a person something; nothing depends on them. */
const remark = z.string().trim().catch('')

const functionRow = z.object({
  PARAMCLASS: text,
  PARAMETER: text,
  TABNAME: text,
  EXID: text,
  INTLENGTH: z.number(),
  DECIMALS: z.number(),
  DEFAULT: remark,
  PARAMTEXT: remark,
  OPTIONAL: remark,
})

type FunctionRow = z.output<typeof functionRow>

const functionRows = z.object({PARAMS: z.array(functionRow)})

const fieldRow = z.object({
  FIELDNAME: text,
  INTTYPE: text,
  LENG: z.coerce.number(),
  DECIMALS: z.coerce.number(),
  FIELDTEXT: remark,
  ROLLNAME: remark,
})

type FieldRow = z.output<typeof fieldRow>

const fieldRows = z.object({DFIES_TAB: z.array(fieldRow)})
