import type {Step} from '#lib/sandbox/erp/faults/aim.js'
import type {World} from '#lib/sandbox/erp/world/world.js'
import type {Field, RfcStructure, StructureType} from './field-type.js'
import type {ReturnMessage} from './return-message.js'
import type {UnitOfWork} from './unit-of-work.js'

type Direction = 'IMPORT' | 'EXPORT' | 'CHANGING' | 'TABLES'

export type Parameter = Field & {
  readonly direction: Direction
  readonly isOptional: boolean
  /** What ABAP takes where nothing is given, as text. */
  readonly default?: string
}

/** What a function finds when it is called. */
export interface Call {
  /** All import, changing and tables parameters; those not given are initial. */
  readonly given: RfcStructure
  readonly world: World
  readonly work: UnitOfWork
  readonly caller: Caller
  readonly dropLine: () => void
  /** Aborted when the server closes. */
  readonly stopping: AbortSignal
}

/** Who is logged on. */
export interface Caller {
  readonly user: string
  readonly client: string
}

export interface FunctionModule {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** What it does to the world, where it does more than look. */
  readonly does?: readonly Step[]
  /** Carries the call out and gives what it exports; what is left out is initial. */
  readonly run: (call: Call) => RfcStructure | Promise<RfcStructure>
  /** What it answers where a message stops it before it has done anything. */
  readonly refuse?: (message: ReturnMessage, work: UnitOfWork) => RfcStructure
}

export function importing(field: Field, more: {readonly default?: string; readonly isRequired?: true} = {}): Parameter {
  const {isRequired = false, ...rest} = more
  return {...field, direction: 'IMPORT', isOptional: !isRequired, ...rest}
}

export function exporting(field: Field): Parameter {
  return {...field, direction: 'EXPORT', isOptional: true}
}

export function changing(field: Field): Parameter {
  return {...field, direction: 'CHANGING', isOptional: true}
}

export function tables(name: string, line: StructureType): Parameter {
  return {name, type: 'TABLE', line, direction: 'TABLES', isOptional: true}
}

/** The description of a function as it goes over the line: its parameters, and every type they use by name. */
export function describe({parameters}: FunctionModule): object {
  const types = new Map<string, StructureType>()
  for (const parameter of parameters) collectTypes(parameter, types)
  return {
    params: [...parameters].sort(byClassAndName).map(parameterToWire),
    types: Object.fromEntries([...types].map(([name, {fields}]) => [name, fields.map(fieldToWire)])),
  }
}

function collectTypes(field: Field, types: Map<string, StructureType>): void {
  if (!('line' in field) || types.has(field.line.name)) return
  types.set(field.line.name, field.line)
  for (const each of field.line.fields) collectTypes(each, types)
}

/** The order in which ABAP lists them. */
function byClassAndName(a: Parameter, b: Parameter): number {
  const difference = classes.indexOf(a.direction) - classes.indexOf(b.direction)
  return difference === 0 ? (a.name < b.name ? -1 : 1) : difference
}

function parameterToWire({direction, isOptional, ...field}: Parameter): object {
  return {...fieldToWire(field), dir: direction, optional: isOptional}
}

function fieldToWire(field: Field): object {
  return 'line' in field ? {...field, line: field.line.name} : field
}

const classes: readonly Direction[] = ['CHANGING', 'EXPORT', 'IMPORT', 'TABLES']
