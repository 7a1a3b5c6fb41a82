import {childrenOf} from '#lib/erp/odata/nest.js'
import {sameValue} from '#lib/erp/odata/same-value.js'
import type {FieldFilter} from './field-filter.js'

export type Body = Readonly<Record<string, unknown>>

/** A place where SAP holds something else than what is mapped. */
export interface BodyDifference {
  readonly path: readonly string[]
  /** Null where the mapping has nothing: SAP has an item too many. */
  readonly expected: unknown
  /** Null where SAP has nothing. */
  readonly inSap: unknown
}

export interface Comparing {
  readonly filter: FieldFilter
  /** The property that tells the entities under a navigation property apart. */
  readonly itemKey: (navigation: string) => string
}

/**
 * Compares a mapped body with what SAP holds, as a connector's `read` gives it:
 * field by field, and nested entities by their key. What the mapping does not
 * name is not looked at.
 */
export function compareBodies(mapped: Body, held: Body, comparing: Comparing): readonly BodyDifference[] {
  return compareUnder([], mapped, held, comparing)
}

/** The nested entities under a property by the names they go by in paths; in order, where they have no key. */
export function namedChildren(value: unknown, key: string): ReadonlyMap<string, Body> {
  const children = childrenOf(value) ?? []
  return new Map(children.map((child, at) => [nameOf(child[key]) ?? `[${at}]`, child]))
}

function compareUnder(
  place: readonly string[],
  mapped: Body,
  held: Body,
  comparing: Comparing,
): readonly BodyDifference[] {
  return Object.entries(mapped).flatMap(([name, value]): readonly BodyDifference[] => {
    const path = [...place, name]
    if (value === undefined) return []
    if (childrenOf(value) !== undefined) return compareChildren(path, value, held[name], comparing)
    if (!comparing.filter.has(path) || sameValue(value, held[name])) return []
    return [{path, expected: value, inSap: held[name] ?? null}]
  })
}

function compareChildren(
  path: readonly string[],
  mapped: unknown,
  held: unknown,
  comparing: Comparing,
): readonly BodyDifference[] {
  const {filter, itemKey} = comparing
  const key = itemKey(path.at(-1) ?? '')
  const [wanted, there] = [namedChildren(mapped, key), namedChildren(held, key)]
  const differing = [...wanted].flatMap(([name, child]): readonly BodyDifference[] => {
    const place = [...path, name]
    const match = there.get(name)
    // By its key it was found: written otherwise, it is still the same.
    if (match !== undefined) return compareUnder(place, {...child, [key]: undefined}, match, comparing)
    return filter.reaches(place) ? [{path: place, expected: child, inSap: null}] : []
  })
  const surplus = [...there].flatMap(([name, child]): readonly BodyDifference[] => {
    const place = [...path, name]
    return wanted.has(name) || !filter.reaches(place) ? [] : [{path: place, expected: null, inSap: child}]
  })
  return [...differing, ...surplus]
}

/** SAP fills numbers up with zeros in some services and not in others. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  return text === '' ? undefined : /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
}
