import type {Entity} from './dialect.js'

/** Which properties of an entity, and of those nested in it, a mapped body names. */
export interface Nest {
  readonly properties: ReadonlySet<string>
  readonly nested: ReadonlyMap<string, Nest>
}

/** What all of these bodies name together. */
export function nestOf(bodies: readonly Entity[]): Nest {
  const properties = new Set<string>()
  const inner = new Map<string, Entity[]>()
  for (const [name, value] of bodies.flatMap((body) => Object.entries(body))) {
    const children = childrenOf(value)
    if (children === undefined) properties.add(name)
    else inner.set(name, [...(inner.get(name) ?? []), ...children])
  }
  return {properties, nested: new Map([...inner].map(([name, children]) => [name, nestOf(children)]))}
}

/** The entities nested under a property, in the forms that V2 and V4 write; undefined if it holds a plain value. */
export function childrenOf(value: unknown): readonly Entity[] | undefined {
  if (Array.isArray(value)) return value.filter(isEntity)
  if (!isEntity(value)) return undefined
  return Array.isArray(value.results) ? value.results.filter(isEntity) : [value]
}

/** V2 names paths: `$select=SoldToParty,to_Item/Material&$expand=to_Item`. */
export function projectV2(nest: Nest): readonly string[] {
  const expands = expandPaths(nest)
  return [
    ...(nest.properties.size === 0 ? [] : [`$select=${selectPaths(nest).join(',')}`]),
    ...(expands.length === 0 ? [] : [`$expand=${expands.join(',')}`]),
  ]
}

/** V4 nests options: `$select=SoldToParty&$expand=_Item($select=Product)`. */
export function projectV4({properties, nested}: Nest): readonly string[] {
  const expands = [...nested].map(([name, nest]) => {
    const inner = projectV4(nest)
    return inner.length === 0 ? name : `${name}(${inner.join(';')})`
  })
  return [
    ...(properties.size === 0 ? [] : [`$select=${[...properties].join(',')}`]),
    ...(expands.length === 0 ? [] : [`$expand=${expands.join(',')}`]),
  ]
}

function selectPaths({properties, nested}: Nest): readonly string[] {
  const below = [...nested].flatMap(([name, nest]) =>
    nest.properties.size === 0 ? [name] : selectPaths(nest).map((path) => `${name}/${path}`),
  )
  return [...properties, ...below]
}

function expandPaths({nested}: Nest): readonly string[] {
  return [...nested].flatMap(([name, nest]) => [name, ...expandPaths(nest).map((path) => `${name}/${path}`)])
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The navigation property whose entities came only in part, because the service sends them in pages. */
export function findCutShort(entity: Entity): string | undefined {
  for (const [name, value] of Object.entries(entity)) {
    if (name.endsWith('@odata.nextLink')) return name.replace(/@odata\.nextLink$/, '')
    const children = childrenOf(value)
    if (children === undefined) continue
    if (isEntity(value) && '__next' in value) return name
    const below = children.map(findCutShort).find((found) => found !== undefined)
    if (below !== undefined) return `${name}/${below}`
  }
  return undefined
}
