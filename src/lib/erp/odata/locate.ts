import type {ErpDocument} from '#lib/erp/connector.js'
import type {Failure} from '#lib/kernel/failure.js'
import {keyMissing} from './change.js'
import {referenceOf} from './create.js'
import type {Entity} from './dialect.js'
import {keySuffix, literal} from './key.js'
import {sameValue} from './same-value.js'
import {textLiteral, type Target} from './target.js'

/** How SAP is asked for the object of a document. */
export interface Located {
  readonly kind: 'located'
  /** A `$filter` that finds it and nothing else, ready for the URL but for its spaces. */
  readonly filter: string
  /** The object is found by this name; two documents with one name are about one object. */
  readonly name: string
  readonly isIt: (entity: Entity) => boolean
}

/** By our reference where messages create documents, else by the key of the entity. */
export function locate(
  target: Target,
  document: ErpDocument,
): Located | {readonly kind: 'failed'; readonly failure: Failure} {
  const {method, reference: property, entityKey = []} = target.operation
  if (method === 'create') {
    const reference = referenceOf(target, document)
    return {
      kind: 'located',
      filter: `${property} eq ${textLiteral(reference)}`,
      name: reference,
      isIt: (entity) => entity[property] === reference,
    }
  }
  const name = keySuffix(target.operation, document.body)
  if (name === undefined) return {kind: 'failed', failure: keyMissing(target)}
  const parts = entityKey.map((part) => `${part} eq ${literal(document.body[part])}`)
  return {
    kind: 'located',
    filter: parts.length === 1 ? parts.join('') : `(${parts.join(' and ')})`,
    name,
    isIt: (entity) => entityKey.every((part) => sameValue(document.body[part], entity[part])),
  }
}

/** Which properties an answer has to hold so that it can be told whose it is. */
export function locatingProperties({operation}: Target): readonly string[] {
  const {method, reference, result, entityKey = []} = operation
  return [...(method === 'create' ? [reference] : entityKey), result]
}
