import type {IdocOperation} from '#lib/config/idoc-kind.js'
import type {ErpDocument} from '#lib/erp/connector.js'

/** Our reference, if the operation says where it stands and the mapping put one there; of several segments, in the first. */
export function chosenReference({reference}: IdocOperation, body: ErpDocument['body']): string | null {
  if (reference === undefined) return null
  const found = reference.split('.').reduce<unknown>(memberOf, body)
  return typeof found === 'string' && found !== '' ? found : null
}

function memberOf(value: unknown, name: string): unknown {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'object' && first !== null ? Object.getOwnPropertyDescriptor(first, name)?.value : undefined
}
