import type {Draft, Value} from '#lib/sandbox/erp/world/dictionary.js'
import {badRequest, GatewayError, unknownProperty} from './gateway-error.js'
import {type EntitySet, findProperty, type Property, type Service, targetOf} from './model.js'
import type {Protocol} from './protocol.js'

/** An entity as a client sent it: its own fields, and the entities of a deep insert. */
export interface ParsedEntity {
  readonly draft: Draft
  readonly children: readonly Draft[]
  /** The navigation the children came under. */
  readonly expanded: readonly string[]
}

/**
 * Checks a JSON body against its entity type. Values of computed properties are
 * left out, as they are the world's to set.
 *
 * @throws GatewayError 400 for malformed JSON, an unknown property or a value its property cannot hold.
 */
export function parseEntity(service: Service, protocol: Protocol, set: EntitySet, body: string): ParsedEntity {
  const json = parseObject(body)
  const children: Draft[] = []
  const expanded: string[] = []
  const own: [string, unknown][] = []
  for (const [name, value] of Object.entries(json)) {
    const navigation = set.navigations.find((known) => known.name === name)
    if (!navigation) own.push([name, value])
    else if (!isDeferred(value)) {
      if (!navigation.isCollection) throw badRequest(`Deep insert of ${name} is not supported.`)
      const target = targetOf(service, navigation)
      for (const child of childrenOf(name, value)) children.push(draftOf(protocol, target, Object.entries(child)))
      expanded.push(name)
    }
  }
  return {draft: draftOf(protocol, set, own), children, expanded}
}

function draftOf(protocol: Protocol, set: EntitySet, entries: readonly (readonly [string, unknown])[]): Draft {
  const draft: Record<string, Value> = {}
  for (const [name, json] of entries) {
    if (isAnnotation(name)) continue
    const property = findProperty(set, name)
    if (!property) throw unknownProperty(name, set.typeName)
    const value = protocol.readValue(property.type, json)
    if (value === undefined) throw invalidValue(property)
    if (!property.isComputed) draft[property.field] = value
  }
  return draft
}

function parseObject(body: string): object {
  const json = parseJson(body)
  if (isObject(json)) return json
  throw malformed('expected an object')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw malformed('it is not JSON')
  }
}

function malformed(why: string): GatewayError {
  return badRequest(`Error while parsing the request body: ${why}.`, 'CX_SXML_PARSE_ERROR')
}

/** V2 wraps a collection in `results` or sends it bare; V4 sends it bare. */
function childrenOf(name: string, value: unknown): readonly object[] {
  const list = isObject(value) && 'results' in value ? value.results : value
  if (Array.isArray(list) && list.every(isObject)) return list
  throw badRequest(`Property ${name} is to hold a collection of entities.`, 'CX_SXML_PARSE_ERROR')
}

function invalidValue({name, type}: Property): GatewayError {
  const limit = type.kind === 'text' ? ` of at most ${type.length} characters` : ''
  return new GatewayError(`Property ${name} has an invalid value: it holds a ${type.kind}${limit}.`, {
    status: 400,
    code: '/IWCOR/CX_DS_EDM_FACET_ERROR',
    target: name,
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDeferred(value: unknown): boolean {
  return isObject(value) && '__deferred' in value
}

function isAnnotation(name: string): boolean {
  return name === '__metadata' || name.includes('@')
}
