import type {Row} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldView} from '#lib/sandbox/erp/world/world.js'
import {etagOf} from './etag.js'
import type {OdataRequest, OdataResponse, Place} from './exchange.js'
import {badRequest, notFound} from './gateway-error.js'
import {type EntitySet, targetOf} from './model.js'
import {navigate} from './navigate.js'
import type {Scene} from './protocol.js'
import {protocols} from './protocols.js'
import {candidateRows, parseQuery, runQuery} from './query.js'
import type {Key, Resource} from './resource.js'
import type {Shape} from './shape.js'

/** Answers a GET or HEAD. */
export function read(view: WorldView, place: Place, request: OdataRequest, resource: Resource): OdataResponse {
  const scene = sceneOf(view, place, request)
  const protocol = protocols[place.service.version]
  switch (resource.kind) {
    case 'service':
      return json(scene, 200, protocol.serviceDocument(scene))
    case 'metadata':
      return {
        status: 200,
        headers: {...protocol.headers, 'content-type': 'application/xml; charset=utf-8'},
        body: protocol.metadata(place.service),
      }
    case 'set': {
      const query = parseQuery(place.service, resource.set, request.query)
      const {rows, count} = runQuery(query, candidateRows(view, resource.set, query.filter))
      const inlineCount = query.withCount ? count : undefined
      return json(scene, 200, protocol.collection(scene, resource.set, rows, query.shape, inlineCount))
    }
    case 'entity': {
      const row = existing(view, resource.set, resource.key)
      return entityResponse(scene, 200, resource.set, row, parseQuery(place.service, resource.set, request.query).shape)
    }
    case 'navigation': {
      const {navigation, set, key} = resource
      const target = targetOf(place.service, navigation)
      const query = parseQuery(place.service, target, request.query)
      const found = navigate(view, place.service, navigation, existing(view, set, key))
      if (!navigation.isCollection) {
        const [only] = found
        if (!only) throw notFound(navigation.name)
        return entityResponse(scene, 200, target, only, query.shape)
      }
      const {rows, count} = runQuery(query, found)
      return json(
        scene,
        200,
        protocol.collection(scene, target, rows, query.shape, query.withCount ? count : undefined),
      )
    }
    case 'count':
      return {
        status: 200,
        headers: {...protocol.headers, 'content-type': 'text/plain; charset=utf-8'},
        body: String(countOf(view, place, request, resource.of)),
      }
  }
}

/** The answer that shows one entity, with its ETag. */
export function entityResponse(scene: Scene, status: number, set: EntitySet, row: Row, shape: Shape): OdataResponse {
  const answer = json(scene, status, protocols[scene.service.version].entity(scene, set, row, shape))
  const etag = etagOf(set, row)
  return etag === undefined ? answer : {...answer, headers: {...answer.headers, etag}}
}

export function sceneOf(view: WorldView, {service, root}: Place, {headers}: OdataRequest): Scene {
  return {service, root, view, decimalsAsText: /IEEE754Compatible=true/i.test(headers.accept ?? '')}
}

/** The row under a key, or a 404. */
export function existing(view: WorldView, set: EntitySet, key: Key): Row {
  const row = view.find(set.table, key)
  if (!row) throw notFound(`${set.name}(${key.join(',')})`)
  return row
}

function countOf(view: WorldView, {service}: Place, request: OdataRequest, resource: Resource): number {
  switch (resource.kind) {
    case 'set': {
      const query = parseQuery(service, resource.set, request.query)
      return runQuery(query, candidateRows(view, resource.set, query.filter)).count
    }
    case 'navigation': {
      const query = parseQuery(service, targetOf(service, resource.navigation), request.query)
      return runQuery(query, navigate(view, service, resource.navigation, existing(view, resource.set, resource.key)))
        .count
    }
    case 'service':
    case 'metadata':
    case 'entity':
    case 'count':
      throw badRequest('Only a collection has a $count.')
  }
}

function json({service}: Scene, status: number, body: unknown): OdataResponse {
  return {
    status,
    headers: {...protocols[service.version].headers, 'content-type': 'application/json; charset=utf-8'},
    body: JSON.stringify(body),
  }
}
