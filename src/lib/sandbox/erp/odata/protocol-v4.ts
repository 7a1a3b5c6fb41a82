import {toDecimal} from '#lib/sandbox/erp/world/decimal.js'
import {type FieldType, initialValue, type Row, type Value} from '#lib/sandbox/erp/world/dictionary.js'
import {problemV4} from './error-payload.js'
import {etagOf, isoWithSevenDecimals} from './etag.js'
import {metadataV4} from './metadata-v4.js'
import {type EntitySet, targetOf} from './model.js'
import {navigate} from './navigate.js'
import type {Protocol, Scene} from './protocol.js'
import type {Shape} from './shape.js'

/** OData V4 as SAP's RAP services speak it. */
export const protocolV4: Protocol = {
  headers: {'odata-version': '4.0'},
  readValue,
  entity: (scene, set, row, shape) => ({
    '@odata.context': `${scene.root}/$metadata#${set.name}/$entity`,
    ...entity(scene, set, row, shape),
  }),
  collection: (scene, set, rows, shape, count) => ({
    '@odata.context': `${scene.root}/$metadata#${set.name}`,
    ...(count === undefined ? {} : {'@odata.count': count}),
    value: rows.map((row) => entity(scene, set, row, shape)),
  }),
  serviceDocument: ({service, root}) => ({
    '@odata.context': `${root}/$metadata`,
    value: service.sets.map(({name}) => ({name, url: name})),
  }),
  metadata: metadataV4,
  problem: problemV4,
  returnsChanged: true,
}

function entity(scene: Scene, set: EntitySet, row: Row, shape: Shape): Record<string, unknown> {
  const etag = etagOf(set, row)
  const answer: Record<string, unknown> = etag === undefined ? {} : {'@odata.etag': etag}
  for (const {name, field, type} of set.properties) {
    if (!shape.select || shape.select.has(name)) answer[name] = writeValue(scene, type, row[field] ?? null)
  }
  for (const navigation of set.navigations) {
    const inner = shape.expand.get(navigation.name)
    if (!inner) continue
    const target = targetOf(scene.service, navigation)
    const rows = navigate(scene.view, scene.service, navigation, row).map((to) => entity(scene, target, to, inner))
    answer[navigation.name] = navigation.isCollection ? rows : (rows[0] ?? null)
  }
  return answer
}

function writeValue(scene: Scene, type: FieldType, value: Value): unknown {
  switch (type.kind) {
    case 'text':
    case 'flag':
      return value
    case 'decimal':
      return scene.decimalsAsText ? value : Number(value)
    case 'date':
      return typeof value === 'number' ? new Date(value).toISOString().slice(0, 10) : null
    case 'timestamp':
      return typeof value === 'number' ? isoWithSevenDecimals(value) : null
  }
}

function readValue(type: FieldType, json: unknown): Value | undefined {
  if (json === null) return initialValue(type)
  switch (type.kind) {
    case 'text':
      return typeof json === 'string' && json.length <= type.length ? json : undefined
    case 'decimal':
      return typeof json === 'string' || typeof json === 'number'
        ? toDecimal(String(json), type.precision, type.scale)
        : undefined
    case 'flag':
      return typeof json === 'boolean' ? json : undefined
    case 'date':
      return readTime(json, /^\d{4}-\d\d-\d\d$/)
    case 'timestamp':
      return readTime(json, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/)
  }
}

function readTime(json: unknown, pattern: RegExp): number | undefined {
  const ms = typeof json === 'string' && pattern.test(json) ? Date.parse(json) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
