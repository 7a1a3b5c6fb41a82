import type {Row} from '#lib/sandbox/erp/world/dictionary.js'
import {GatewayError} from './gateway-error.js'
import type {EntitySet} from './model.js'

/** The weak ETag of an entity, made from the time of its last change; undefined if its type has none. */
export function etagOf(set: EntitySet, row: Row): string | undefined {
  const changed = row.LastChangeDateTime
  if (!set.hasEtag || typeof changed !== 'number') return undefined
  return `W/"datetimeoffset'${encodeURIComponent(isoWithSevenDecimals(changed))}'"`
}

/**
 * Lets a change pass only on the state its sender has seen.
 *
 * @throws GatewayError 428 without If-Match, 412 with a stale one.
 */
export function requireMatch(set: EntitySet, row: Row, ifMatch: string | undefined): void {
  const etag = etagOf(set, row)
  if (etag === undefined) return
  if (ifMatch === undefined) {
    throw new GatewayError('A change needs an If-Match header.', {status: 428, code: '/IWFND/CM_CONSUMER/428'})
  }
  const accepted = ifMatch.split(',').map((tag) => tag.trim())
  if (accepted.includes('*') || accepted.includes(etag)) return
  throw new GatewayError('Precondition failed: the entity was changed in between.', {
    status: 412,
    code: '/IWFND/CM_CONSUMER/101',
  })
}

/** `2026-01-31T06:15:47.1250000Z`: as precise as SAP writes it. */
export function isoWithSevenDecimals(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z')
}
