import {mappingFailure} from '#lib/erp/jsonata.js'
import type {Failure} from '#lib/kernel/failure.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {isParameters, type Parameters} from './body.js'
import {fitField} from './fit-field.js'
import type {FieldShape, FunctionInterface, ParameterShape, StructureShape} from './interface.js'

export type Fitted =
  {readonly ok: true; readonly parameters: Parameters} | {readonly ok: false; readonly failure: Failure}

/**
 * Holds the mapped parameters against what the function takes, before anything
 * is sent: SAP's library cuts what is too long, and takes dates that are none.
 * Bytes are mapped as hexadecimal text, and go out as bytes.
 */
export function fitParameters(name: string, parameters: Parameters, shape: FunctionInterface | undefined): Fitted {
  if (shape === undefined) return {ok: true, parameters}
  try {
    const known = [...shape.takes.keys()]
    const fitted = Object.entries(parameters).map(([parameter, value]) => {
      const taken = shape.takes.get(parameter)
      if (taken === undefined) {
        const meant = didYouMean(parameter, known)
        throw new Misfit('rfc:unknown_parameter', `${parameter}: ${name} takes no such parameter.${meant}`)
      }
      return [parameter, fitParameter(value, taken, parameter)]
    })
    return {ok: true, parameters: Object.fromEntries(fitted)}
  } catch (thrown) {
    if (!(thrown instanceof Misfit)) throw thrown
    return {ok: false, failure: {...mappingFailure('', `${name}: ${thrown.message}`), code: thrown.code}}
  }
}

function fitParameter(value: unknown, shape: ParameterShape, path: string): unknown {
  switch (shape.kind) {
    case 'unknown':
      return value
    case 'field':
      return fitValue(value, shape.field, path)
    case 'structure':
      return fitStructure(value, shape.fields, path)
    case 'table':
      if (!Array.isArray(value)) throw new Misfit('rfc:wrong_type', `${path}: is a table and takes a list of rows`)
      return value.map((row: unknown, index) => fitStructure(row, shape.fields, `${path}[${index}]`))
  }
}

function fitStructure(value: unknown, fields: StructureShape | undefined, path: string): unknown {
  if (fields === undefined) return value
  if (!isParameters(value)) throw new Misfit('rfc:wrong_type', `${path}: is a structure and takes an object`)
  const fitted = Object.entries(value).map(([name, field]) => {
    if (!fields.has(name)) {
      const meant = didYouMean(name, [...fields.keys()])
      throw new Misfit('rfc:unknown_parameter', `${path}.${name}: there is no such field.${meant}`)
    }
    return [name, fitValue(field, fields.get(name), `${path}.${name}`)]
  })
  return Object.fromEntries(fitted)
}

function fitValue(value: unknown, shape: FieldShape | undefined, path: string): unknown {
  const fitted = shape === undefined ? {ok: true as const, value} : fitField(value, shape)
  if (fitted.ok) return fitted.value
  throw new Misfit(fitted.code, `${path}: ${fitted.problem}`)
}

/** Thrown and caught here alone, from however deep in the parameters. */
class Misfit extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
