import {exactNumber} from './same-value.js'
import type {Entity} from './dialect.js'

/**
 * An entity as the mapping would write it: without what OData says of it, lists
 * as lists, a time as ISO text and a decimal as a number, as far as a number
 * holds all its digits. So the mapped `"2"` is the same as SAP's `"2.000"`,
 * while two texts that only look like decimals stay two texts.
 */
export function decode(entity: Entity, decimals: ReadonlySet<string>): Entity {
  return Object.fromEntries(
    Object.entries(entity)
      .filter(([name, value]) => !isAnnotation(name) && !isDeferred(value))
      .map(([name, value]) => [name, decodeValue(value, decimals.has(name), decimals)]),
  )
}

function decodeValue(value: unknown, isDecimal: boolean, decimals: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return isDecimal ? (exactNumber(value) ?? value) : decodeTime(value)
  if (Array.isArray(value)) return value.map((one) => decodeValue(one, isDecimal, decimals))
  if (!isEntity(value)) return value
  return Array.isArray(value.results)
    ? value.results.map((one) => decodeValue(one, isDecimal, decimals))
    : decode(value, decimals)
}

function decodeTime(text: string): string {
  const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d+)?\)\/$/.exec(text)?.[1]
  return ticks === undefined ? text : new Date(Number(ticks)).toISOString().replace('.000Z', 'Z')
}

function isAnnotation(name: string): boolean {
  return name === '__metadata' || name.includes('@')
}

function isDeferred(value: unknown): boolean {
  return isEntity(value) && '__deferred' in value
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
