import {type Nest, projectV2, projectV4} from './nest.js'
import {plainNumber} from '#lib/erp/http/plain-number.js'

/** An entity as JSON: property names and values. */
export type Entity = Readonly<Record<string, unknown>>

/** What the two versions of OData write differently in JSON. */
export interface Dialect {
  readonly name: 'V2' | 'V4'
  /** A body in the form the service takes. */
  readonly encode: (body: Entity) => Entity
  /** The one entity of an answer; undefined if the answer holds none. */
  readonly readEntity: (json: unknown) => Entity | undefined
  /** The entities of a query; undefined if the answer is no list of them. */
  readonly readCollection: (json: unknown) => readonly Entity[] | undefined
  /** Where the list goes on, if the service sends it in pages. */
  readonly nextPageOf: (json: unknown) => string | undefined
  /** `$select` and `$expand` for what is wanted of an entity. */
  readonly project: (nest: Nest) => readonly string[]
  /** Whether the service writes an `Edm.Decimal` as text, which looks like any other. */
  readonly hasDecimalTexts: boolean
  /** The ETag inside an entity, for services that send no header. */
  readonly etagOf: (entity: Entity) => string | undefined
  /** What a batch has to ask for so that it goes on behind a change set that failed. */
  readonly batchHeaders: Readonly<Record<string, string>>
}

/** The dialect an operation speaks. */
export function dialectOf(protocol: 'v2' | 'v4'): Dialect {
  switch (protocol) {
    case 'v2':
      return v2
    case 'v4':
      return v4
  }
}

const v2: Dialect = {
  name: 'V2',
  encode: encodeV2,
  readEntity: (json) => entity(entity(json)?.d),
  readCollection: (json) => {
    const payload = entity(json)?.d
    return entities(entity(payload)?.results ?? payload)
  },
  nextPageOf: (json) => text(entity(entity(json)?.d)?.__next),
  project: projectV2,
  hasDecimalTexts: true,
  etagOf: (found) => text(entity(found.__metadata)?.etag),
  batchHeaders: {},
}

const v4: Dialect = {
  name: 'V4',
  encode: (body) => body,
  readEntity: entity,
  readCollection: (json) => entities(entity(json)?.value),
  nextPageOf: (json) => text(entity(json)?.['@odata.nextLink']),
  project: projectV4,
  hasDecimalTexts: false,
  etagOf: (found) => text(found['@odata.etag']),
  batchHeaders: {prefer: 'odata.continue-on-error'},
}

/** V2 wraps nested lists, and refuses an `Edm.Decimal` that is written as a JSON number. */
function encodeV2(body: Entity): Entity {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, encodeV2Value(value)]))
}

function encodeV2Value(value: unknown): unknown {
  if (typeof value === 'number') return plainNumber(value)
  if (Array.isArray(value)) return {results: value.map(encodeV2Value)}
  const nested = entity(value)
  if (nested === undefined) return value
  return Array.isArray(nested.results) ? {results: nested.results.map(encodeV2Value)} : encodeV2(nested)
}

function entities(value: unknown): readonly Entity[] | undefined {
  if (!Array.isArray(value)) return undefined
  const found = value.map(entity).filter((one) => one !== undefined)
  return found.length === value.length ? found : undefined
}

function entity(value: unknown): Entity | undefined {
  return isEntity(value) ? value : undefined
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
