import type {RfcOperation} from '#lib/config/rfc-kind.js'
import type {ErpDocument} from '#lib/erp/connector.js'

/** Parameters of a function, as node-rfc takes them: names and values, structures and tables nested. */
export type Parameters = Readonly<Record<string, unknown>>

/** What an operation sends, as the mapping made it. */
export interface RfcBody {
  /** The message itself, which a function that looks up may be asked with. */
  readonly document: unknown
  /** The parameters of each step. */
  readonly steps: readonly Parameters[]
}

/** The parts of a body, which on its way here went as any kind's body does. */
export function readBody(body: ErpDocument['body']): RfcBody {
  const steps = Array.isArray(body.steps) ? body.steps.filter(isParameters) : []
  return {document: body.document, steps}
}

/** Our reference as the mapping chose it; null if it left it to us. */
export function chosenReference({reference}: RfcOperation, {steps}: RfcBody): string | null {
  if (reference === undefined) return null
  const found = memberAt(steps[0], reference)
  return typeof found === 'string' && found !== '' ? found : null
}

/** The body with our reference in it, where the operation creates and the mapping left it to us. */
export function withReference(operation: RfcOperation, body: RfcBody, reference: string): RfcBody {
  if (operation.method !== 'create' || operation.reference === undefined) return body
  if (chosenReference(operation, body) !== null) return body
  const [first = {}, ...others] = body.steps
  return {...body, steps: [put(first, operation.reference.split('.'), reference), ...others]}
}

/** What stands at a path of names with dots between; undefined if nothing does. */
export function memberAt(value: unknown, path: string): unknown {
  return path.split('.').reduce(memberOf, value)
}

function put(parameters: Parameters, [name, ...rest]: readonly string[], text: string): Parameters {
  if (name === undefined) return parameters
  const held = parameters[name]
  return {...parameters, [name]: rest.length === 0 ? text : put(isParameters(held) ? held : {}, rest, text)}
}

export function memberOf(value: unknown, name: string): unknown {
  return isParameters(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

export function isParameters(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
