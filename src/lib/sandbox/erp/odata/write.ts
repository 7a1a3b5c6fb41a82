import {dictionary, type Draft, initialRow, type Row} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldTransaction} from '#lib/sandbox/erp/world/world.js'
import {etagOf, requireMatch} from './etag.js'
import type {OdataRequest, OdataResponse, Place} from './exchange.js'
import {badRequest, GatewayError, methodNotAllowed} from './gateway-error.js'
import {type EntitySet, targetOf} from './model.js'
import {type ParsedEntity, parseEntity} from './parse-entity.js'
import {protocols} from './protocols.js'
import {entityResponse, existing, sceneOf} from './read.js'
import {entityPath, type Resource} from './resource.js'
import {expandedShape, plainShape} from './shape.js'

/** Answers a POST: books an entity with its deep insert. */
export function create(tx: WorldTransaction, place: Place, request: OdataRequest, resource: Resource): OdataResponse {
  const {set, given} = creationTarget(tx, place, resource)
  const {draft, children, expanded} = parseBody(place, set, request)
  const row = set.create(tx, {...draft, ...given}, children)
  const answer = entityResponse(sceneOf(tx, place, request), 201, set, row, expandedShape(expanded))
  return {...answer, headers: {...answer.headers, location: `${place.root}/${entityPath(set, row)}`}}
}

/** Answers PATCH and MERGE, which set what they name, and PUT, which resets the rest. */
export function change(tx: WorldTransaction, place: Place, request: OdataRequest, resource: Resource): OdataResponse {
  if (resource.kind !== 'entity') throw methodNotAllowed(request.method, 'GET, HEAD, POST')
  const {set, key} = resource
  requireMatch(set, existing(tx, set, key), request.headers['if-match'])
  const {draft, expanded} = parseBody(place, set, request)
  if (expanded.length > 0) throw badRequest(`Deep update of ${expanded.join(', ')} is not supported.`)
  const row = set.change(tx, key, request.method === 'PUT' ? {...emptyDraft(set), ...draft} : draft)
  return changedResponse(tx, place, request, set, row ?? existing(tx, set, key))
}

/** Answers DELETE. */
export function remove(tx: WorldTransaction, place: Place, request: OdataRequest, resource: Resource): OdataResponse {
  if (resource.kind !== 'entity' || resource.set.remove === undefined)
    throw methodNotAllowed(request.method, 'GET, HEAD, POST')
  const {set, key} = resource
  requireMatch(set, existing(tx, set, key), request.headers['if-match'])
  resource.set.remove(tx, key)
  return {status: 204, headers: protocols[place.service.version].headers, body: ''}
}

/** A set takes any new entity; a navigation takes one that belongs where it starts. */
function creationTarget(
  tx: WorldTransaction,
  {service}: Place,
  resource: Resource,
): {readonly set: EntitySet; readonly given: Draft} {
  switch (resource.kind) {
    case 'set':
      return {set: resource.set, given: {}}
    case 'navigation': {
      const {navigation, set, key} = resource
      if (!navigation.isCollection) throw methodNotAllowed('POST', 'GET, HEAD')
      const parent = existing(tx, set, key)
      return {set: targetOf(service, navigation), given: {[navigation.on]: parent[navigation.on] ?? null}}
    }
    case 'service':
    case 'metadata':
    case 'count':
      throw methodNotAllowed('POST', 'GET, HEAD')
    case 'entity':
      throw methodNotAllowed('POST', 'GET, HEAD, PUT, PATCH, MERGE')
  }
}

function parseBody({service}: Place, set: EntitySet, {headers, body}: OdataRequest): ParsedEntity {
  const contentType = headers['content-type'] ?? ''
  if (/^application\/json\b/i.test(contentType)) return parseEntity(service, protocols[service.version], set, body)
  throw new GatewayError(`Content type "${contentType}" is not supported; send application/json.`, {
    status: 415,
    code: '/IWFND/CM_MGW/415',
  })
}

/** Everything a caller may set, unset. */
function emptyDraft({table}: EntitySet): Draft {
  const {key, fields} = dictionary[table]
  const isSettable = (name: string) => !key.includes(name) && !fields[name]?.computed && !fields[name]?.internal
  return Object.fromEntries(Object.entries(initialRow(table)).filter(([name]) => isSettable(name)))
}

function changedResponse(
  tx: WorldTransaction,
  place: Place,
  request: OdataRequest,
  set: EntitySet,
  row: Row,
): OdataResponse {
  const {headers, returnsChanged} = protocols[place.service.version]
  if (returnsChanged && !/return=minimal/.test(request.headers.prefer ?? '')) {
    return entityResponse(sceneOf(tx, place, request), 200, set, row, plainShape)
  }
  const etag = etagOf(set, row)
  return {status: 204, headers: etag === undefined ? headers : {...headers, etag}, body: ''}
}
