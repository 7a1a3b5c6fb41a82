export type SchemaObject = Readonly<Record<string, unknown>>

/** A JSON Schema as a map: what it says of each place in a document, with the references within it resolved. */
export interface SchemaPlaces {
  /** Whatever was said of a place, with all it refers to and its alternatives. */
  readonly expand: (said: readonly unknown[]) => readonly SchemaObject[]
  /** Every property that is spoken of anywhere, and what is said of it there. */
  readonly properties: readonly (readonly [string, unknown])[]
}

/** Reads a schema. `unresolved` stands in for what a reference does not lead to. */
export function readSchemaPlaces(root: unknown, unresolved: SchemaObject): SchemaPlaces {
  const all = objectsIn(root)
  const named = new Map(all.flatMap((schema) => namesOf(schema).map((name) => [name, schema] as const)))
  const resolve = (reference: string): unknown =>
    named.get(reference) ??
    (/^#(?:\/|$)/.test(reference) ? atPointer(root, reference.slice(1)) : undefined) ??
    unresolved

  const collect = (schema: unknown, found: Set<SchemaObject>): void => {
    if (!isObject(schema) || found.has(schema)) return
    found.add(schema)
    for (const key of references) if (typeof schema[key] === 'string') collect(resolve(schema[key]), found)
    for (const key of alternatives) for (const part of partsOf(schema[key])) collect(part, found)
    for (const key of conditions) collect(schema[key], found)
  }
  return {
    expand: (said) => {
      const found = new Set<SchemaObject>()
      for (const schema of said) collect(schema, found)
      return [...found]
    },
    properties: all.flatMap(({properties}) => (isObject(properties) ? Object.entries(properties) : [])),
  }
}

/** What is said of a property of an object by what is said of the object. */
export function saidOfProperty(holding: readonly SchemaObject[], name: string): readonly SchemaObject[] {
  return holding
    .flatMap(({properties, patternProperties, additionalProperties, unevaluatedProperties}) => {
      const own = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : []
      const matching = Object.entries(isObject(patternProperties) ? patternProperties : {}).filter(([pattern]) =>
        new RegExp(pattern, 'u').test(name),
      )
      const given = [...own, ...matching.map(([, schema]) => schema)]
      return given.length > 0 ? given : [additionalProperties, unevaluatedProperties]
    })
    .filter(isObject)
}

/** What is said of an item of an array by what is said of the array. */
export function saidOfItem(holding: readonly SchemaObject[], index: number): readonly SchemaObject[] {
  return holding
    .flatMap(({prefixItems, items, additionalItems, unevaluatedItems, contains}) => {
      const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
      const rest = Array.isArray(items) ? [additionalItems] : [items]
      const given: readonly unknown[] = index < first.length ? [first[index]] : [...rest, unevaluatedItems]
      return [...given, contains]
    })
    .filter(isObject)
}

function objectsIn(value: unknown): readonly SchemaObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  return isObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : []
}

function namesOf({$id, $anchor, $dynamicAnchor}: SchemaObject): readonly string[] {
  return [
    ...(typeof $id === 'string' ? [$id] : []),
    ...[$anchor, $dynamicAnchor].flatMap((anchor) => (typeof anchor === 'string' ? [`#${anchor}`] : [])),
  ]
}

function atPointer(root: unknown, pointer: string): unknown {
  let place = root
  for (const step of pointer.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof place !== 'object' || place === null) return undefined
    place = Object.getOwnPropertyDescriptor(place, name)?.value
  }
  return place
}

function partsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const references = ['$ref', '$dynamicRef', '$recursiveRef'] as const
const alternatives = ['allOf', 'anyOf', 'oneOf', 'dependentSchemas'] as const
const conditions = ['if', 'then', 'else'] as const
