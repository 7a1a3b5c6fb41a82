import type {Parameters} from '#lib/erp/rfc/body.js'
import type {FunctionDescription, ParameterDescription} from '#lib/erp/rfc/describe-function.js'
import {type Fitted, fitParameters} from '#lib/erp/rfc/fit.js'
import {interfaceOf} from '#lib/erp/rfc/interface.js'
import {mappingFailure} from '#lib/erp/jsonata.js'

/** A value for a function as it was typed: a whole object of them, or one as text. */
export type Argument =
  | {readonly kind: 'object'; readonly values: Parameters}
  | {readonly kind: 'text'; readonly name: string; readonly text: string}

/**
 * Makes of what was typed what the function takes, later arguments over earlier
 * ones. A value that would not go in without a loss, and a parameter that is
 * missing, is refused; nothing can be checked where SAP told nothing.
 */
export function fitArguments(name: string, given: readonly Argument[], description?: FunctionDescription): Fitted {
  const values = Object.fromEntries(given.flatMap((each) => valuesOf(each, description)))
  if (description === undefined) return {ok: true, parameters: values}
  const fitted = fitParameters(name, values, interfaceOf(description))
  if (!fitted.ok) return fitted
  const missing = description.parameters.filter(
    ({name: parameter, direction, isOptional}) =>
      !isOptional && (direction === 'import' || direction === 'changing') && !Object.hasOwn(values, parameter),
  )
  if (missing.length === 0) return fitted
  const names = missing.map(({name: parameter}) => parameter).join(', ')
  const failure = mappingFailure('', `${name}: ${names} must be given.`)
  return {ok: false, failure: {...failure, code: 'rfc:missing_parameter'}}
}

function valuesOf(argument: Argument, description: FunctionDescription | undefined): [string, unknown][] {
  switch (argument.kind) {
    case 'object':
      return Object.entries(argument.values)
    case 'text': {
      const {name, text} = argument
      return [
        [
          name,
          valueOf(
            text,
            description?.parameters.find((parameter) => parameter.name === name),
          ),
        ],
      ]
    }
  }
}

/** A text as the parameter's type needs it. What cannot be read so stays a text, and is refused as such. */
function valueOf(text: string, parameter: ParameterDescription | undefined): unknown {
  if (parameter === undefined) return text
  if (numbers.has(parameter.abapType) && /^[+-]?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  return structured.has(parameter.abapType) ? parsed(text) : text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const numbers: ReadonlySet<string> = new Set('Ibs8F')
const structured: ReadonlySet<string> = new Set('uvh')
