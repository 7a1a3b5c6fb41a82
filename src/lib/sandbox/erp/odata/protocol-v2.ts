import {toDecimal} from '#lib/sandbox/erp/world/decimal.js'
import {type FieldType, initialValue, type Row, type Value} from '#lib/sandbox/erp/world/dictionary.js'
import {problemV2} from './error-payload.js'
import {etagOf} from './etag.js'
import {metadataV2} from './metadata-v2.js'
import {type EntitySet, targetOf} from './model.js'
import {navigate} from './navigate.js'
import type {Protocol, Scene} from './protocol.js'
import {entityPath} from './resource.js'
import type {Shape} from './shape.js'

/** OData V2 as SAP Gateway speaks it, in JSON. */
export const protocolV2: Protocol = {
  headers: {dataserviceversion: '2.0'},
  readValue,
  entity: (scene, set, row, shape) => ({d: entity(scene, set, row, shape)}),
  collection: (scene, set, rows, shape, count) => ({
    d: {
      ...(count === undefined ? {} : {__count: String(count)}),
      results: rows.map((row) => entity(scene, set, row, shape)),
    },
  }),
  serviceDocument: ({service}) => ({d: {EntitySets: service.sets.map(({name}) => name)}}),
  metadata: metadataV2,
  problem: problemV2,
  returnsChanged: false,
}

function entity(scene: Scene, set: EntitySet, row: Row, shape: Shape): unknown {
  const uri = `${scene.root}/${entityPath(set, row)}`
  const etag = etagOf(set, row)
  const answer: Record<string, unknown> = {
    __metadata: {
      id: uri,
      uri,
      type: `${scene.service.namespace}.${set.typeName}`,
      ...(etag === undefined ? {} : {etag}),
    },
  }
  for (const {name, field, type} of set.properties) {
    if (!shape.select || shape.select.has(name)) answer[name] = writeValue(type, row[field] ?? null)
  }
  for (const navigation of set.navigations) {
    const {name, isCollection} = navigation
    const inner = shape.expand.get(name)
    if (inner) {
      const target = targetOf(scene.service, navigation)
      const rows = navigate(scene.view, scene.service, navigation, row).map((to) => entity(scene, target, to, inner))
      answer[name] = isCollection ? {results: rows} : (rows[0] ?? null)
    } else if (!shape.select || shape.select.has(name)) {
      answer[name] = {__deferred: {uri: `${uri}/${name}`}}
    }
  }
  return answer
}

function writeValue(type: FieldType, value: Value): unknown {
  if (typeof value !== 'number') return value
  return type.kind === 'timestamp' ? `/Date(${value}+0000)/` : `/Date(${value})/`
}

function readValue(type: FieldType, json: unknown): Value | undefined {
  if (json === null) return initialValue(type)
  switch (type.kind) {
    case 'text':
      return typeof json === 'string' && json.length <= type.length ? json : undefined
    case 'decimal':
      return typeof json === 'string' ? toDecimal(json, type.precision, type.scale) : undefined
    case 'flag':
      return typeof json === 'boolean' ? json : undefined
    case 'date': {
      const ms = readTime(json)
      return ms === undefined ? undefined : Math.floor(ms / dayMs) * dayMs
    }
    case 'timestamp':
      return readTime(json)
  }
}

/** `/Date(1767225600000)/`, or the `2026-01-01T00:00:00` that Gateway takes as well. */
function readTime(json: unknown): number | undefined {
  if (typeof json !== 'string') return undefined
  const [, ticks] = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(json) ?? []
  if (ticks !== undefined) return Number(ticks)
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z?$/.test(json)
    ? Date.parse(json.replace(/Z?$/, 'Z'))
    : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

const dayMs = 86_400_000
