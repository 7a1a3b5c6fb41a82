import {badRequest, unknownProperty} from './gateway-error.js'
import {type EntitySet, findProperty, type Service, targetOf} from './model.js'

/** What of an entity is answered: the names selected (undefined: all), and the navigations expanded. */
export interface Shape {
  readonly select: ReadonlySet<string> | undefined
  readonly expand: ReadonlyMap<string, Shape>
}

/** A name, reached through the navigations before it: `to_Item/Material`. */
type Path = readonly string[]

export const plainShape: Shape = {select: undefined, expand: new Map()}

/**
 * Reads `$select` and `$expand` together.
 *
 * @throws GatewayError 400 for a name the entity type does not have.
 */
export function parseShape(service: Service, set: EntitySet, select: string | null, expand: string | null): Shape {
  switch (service.version) {
    case 'v2':
      return shapeOf(service, set, paths(select), paths(expand))
    case 'v4': {
      const nested = expand === null ? {selects: [], expands: []} : nestedPaths(expand)
      const own = select === null ? [['*']] : paths(select)
      return shapeOf(service, set, [...own, ...nested.selects], nested.expands)
    }
  }
}

/** The shape of one entity and the navigations named, as the answer to a deep insert shows it. */
export function expandedShape(navigations: readonly string[]): Shape {
  return {select: undefined, expand: new Map(navigations.map((name) => [name, plainShape]))}
}

function shapeOf(service: Service, set: EntitySet, selects: readonly Path[], expands: readonly Path[]): Shape {
  const expand = new Map<string, Shape>()
  for (const name of new Set(expands.flatMap(([first]) => first ?? []))) {
    const navigation = set.navigations.find((known) => known.name === name)
    if (!navigation) throw unknownProperty(name, set.typeName)
    expand.set(name, shapeOf(service, targetOf(service, navigation), below(selects, name), below(expands, name)))
  }
  const select = new Set(selects.flatMap(([first]) => first ?? []))
  for (const name of select) requireSelectable(set, name)
  const tooDeep = selects.find(([first = '', ...rest]) => rest.length > 0 && !expand.has(first))
  if (tooDeep) throw badRequest(`Invalid $select: ${tooDeep.join('/')} is not expanded.`)
  return {select: select.size === 0 || select.has('*') ? undefined : select, expand}
}

function below(all: readonly Path[], name: string): readonly Path[] {
  return all
    .filter(([first]) => first === name)
    .map(([, ...rest]) => rest)
    .filter(({length}) => length > 0)
}

function requireSelectable(set: EntitySet, name: string): void {
  const isKnown = name === '*' || findProperty(set, name) || set.navigations.some((known) => known.name === name)
  if (!isKnown) throw unknownProperty(name, set.typeName)
}

function paths(list: string | null): readonly Path[] {
  return list === null ? [] : list.split(',').map((path) => path.trim().split('/'))
}

/** V4 nests what belongs to a navigation: `_Item($select=Product;$expand=_SalesOrder)`. */
function nestedPaths(list: string): {readonly selects: readonly Path[]; readonly expands: readonly Path[]} {
  const selects: Path[] = []
  const expands: Path[] = []
  for (const entry of splitOutside(list, ',')) {
    const [, name, options] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/.exec(entry) ?? []
    if (name === undefined) throw badRequest(`Invalid $expand: ${entry}`)
    expands.push([name])
    for (const option of options === undefined ? [] : splitOutside(options, ';')) {
      const [, key, value = ''] = /^\s*(\$\w+)\s*=(.*)$/.exec(option) ?? []
      if (key === '$select') selects.push(...paths(value).map((path) => [name, ...path]))
      else if (key === '$expand') {
        const inner = nestedPaths(value)
        expands.push(...inner.expands.map((path) => [name, ...path]))
        selects.push(...inner.selects.map((path) => [name, ...path]))
      } else throw badRequest(`Invalid $expand: option ${key ?? option} is not supported.`)
    }
  }
  return {selects, expands}
}

/** Splits at a sign that stands outside all parentheses. */
function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (text[at] === sign && depth === 0) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}
