import type {ODataOperation} from '#lib/config/odata-kind.js'
import type {Entity} from './dialect.js'
import {plainNumber} from '#lib/erp/http/plain-number.js'
import {textLiteral} from './target.js'

/** The key predicate of an entity, e.g. `('4711')` or `(Product='TG10',Language='EN')`; undefined if a part is missing. */
export function keySuffix({entityKey = []}: Pick<ODataOperation, 'entityKey'>, body: Entity): string | undefined {
  const parts = entityKey.map((name) => [name, literal(body[name])] as const)
  if (parts.length === 0 || parts.some(([, value]) => value === undefined)) return undefined
  const [only, ...others] = parts
  if (others.length === 0) return `(${only?.[1]})`
  return `(${parts.map(([name, value]) => `${name}=${value}`).join(',')})`
}

/** A key part, ready for the URL; undefined if it is no text or number. */
export function literal(value: unknown): string | undefined {
  if (typeof value === 'number') return plainNumber(value)
  return typeof value === 'string' && value !== '' ? textLiteral(value) : undefined
}
