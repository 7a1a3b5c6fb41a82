import type {Value} from '#lib/sandbox/erp/world/dictionary.js'
import {badRequest, notFound} from './gateway-error.js'
import {literalValue, readLiteral} from './literal.js'
import {type EntitySet, findSet, keyProperties, type Navigation, type Service} from './model.js'

export type Key = readonly Value[]

/** What the path of a request names. */
export type Resource =
  | {readonly kind: 'service'}
  | {readonly kind: 'metadata'}
  | {readonly kind: 'set'; readonly set: EntitySet}
  | {readonly kind: 'entity'; readonly set: EntitySet; readonly key: Key}
  | {readonly kind: 'navigation'; readonly set: EntitySet; readonly key: Key; readonly navigation: Navigation}
  | {readonly kind: 'count'; readonly of: Resource}

/**
 * Reads a path below the root of its service, still percent-encoded.
 *
 * @throws GatewayError 404 for what there is not, 400 for a broken key.
 */
export function parseResource(service: Service, path: string): Resource {
  const [first = '', ...rest] = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode)
  if (first === '') return {kind: 'service'}
  if (first === '$metadata' && rest.length === 0) return {kind: 'metadata'}
  const [, name = '', predicate] = /^(\w+)(?:\((.*)\))?$/s.exec(first) ?? []
  const set = findSet(service, name)
  if (!set) throw notFound(`segment ${first}`)
  if (predicate === undefined) return counted({kind: 'set', set}, rest)
  const key = parseKey(predicate, set, service)
  const [next, ...last] = rest
  if (next === undefined) return {kind: 'entity', set, key}
  const navigation = set.navigations.find((known) => known.name === next)
  if (!navigation) throw notFound(`segment ${next}`)
  return counted({kind: 'navigation', set, key, navigation}, last)
}

/** The path of an entity: `A_SalesOrder('1')`. */
export function entityPath(set: EntitySet, values: Readonly<Record<string, Value>>): string {
  const keys = keyProperties(set).map(({name, field}) => ({name, text: quote(String(values[field] ?? ''))}))
  const [only, ...more] = keys
  const predicate = more.length === 0 ? only?.text : keys.map(({name, text}) => `${name}=${text}`).join(',')
  return `${set.name}(${predicate})`
}

function counted(resource: Resource, rest: readonly string[]): Resource {
  const [next, ...more] = rest
  if (next === undefined) return resource
  if (next === '$count' && more.length === 0) return {kind: 'count', of: resource}
  throw notFound(`segment ${next}`)
}

/** `'1'`, or `SalesOrder='1',SalesOrderItem='10'` in any order. */
function parseKey(predicate: string, set: EntitySet, service: Service): Key {
  const properties = keyProperties(set)
  const given = new Map<string, Value>()
  let rest = predicate
  while (rest !== '') {
    const named = /^\s*(\w+)\s*=\s*/.exec(rest)
    const name = named?.[1] ?? properties[0]?.name ?? ''
    const property = properties.find((known) => known.name === name)
    const found = readLiteral(rest.slice(named?.[0].length ?? 0), service.version)
    const value = property && found && literalValue(found.literal, property.type)
    if (found === undefined || value === undefined || given.has(name)) throw brokenKey(predicate, set)
    given.set(name, value)
    rest = rest.slice((named?.[0].length ?? 0) + found.length)
    const comma = /^\s*,/.exec(rest)
    if (!comma && rest.trim() !== '') throw brokenKey(predicate, set)
    rest = rest.slice(comma?.[0].length ?? rest.length)
  }
  return properties.map(({name}) => {
    const value = given.get(name)
    if (value === undefined) throw brokenKey(predicate, set)
    return value
  })
}

function brokenKey(predicate: string, set: EntitySet): Error {
  return badRequest(`Invalid key predicate (${predicate}) for type ${set.typeName}.`)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`Invalid percent-encoding in ${segment}.`)
  }
}

function quote(text: string): string {
  return `'${encodeURIComponent(text.replaceAll("'", "''"))}'`
}
