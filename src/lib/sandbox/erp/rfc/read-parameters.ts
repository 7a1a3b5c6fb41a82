import {conform} from './conform.js'
import {initialValue, type RfcStructure, type RfcValue} from './field-type.js'
import type {FunctionModule, Parameter} from './function-module.js'
import {dump, type RfcError} from './rfc-error.js'

/**
 * Takes the parameters of a call in, each in the shape of its type and with what is
 * missing initial.
 *
 * @throws RfcError of a dump if one is missing, unknown or no value of its type.
 */
export function readParameters({parameters}: FunctionModule, params: Readonly<Record<string, unknown>>): RfcStructure {
  const given = new Map(Object.entries(params))
  const inbound = parameters.filter(({direction}) => direction !== 'EXPORT')
  const values = inbound.map((parameter) => {
    const value = given.get(parameter.name) ?? parameter.default
    given.delete(parameter.name)
    return [parameter.name, value === undefined ? missing(parameter) : received(parameter, value)] as const
  })
  for (const [unknown] of given) throw conversionDump(unknown)
  return Object.fromEntries(values)
}

function missing(parameter: Parameter): RfcValue {
  if (parameter.isOptional) return initialValue(parameter)
  throw dump('CALL_FUNCTION_PARM_MISSING', `Parameter ${parameter.name} is missing in the call of the function module.`)
}

function received(parameter: Parameter, value: unknown): RfcValue {
  const conformed = conform(parameter, value)
  if (conformed === undefined) throw conversionDump(parameter.name)
  return conformed
}

/** What SAP's library would have refused before sending it. */
function conversionDump(name: string): RfcError {
  return dump('RFC_CONVERSION_FIELD', `Error converting parameter ${name} during remote call.`)
}
