import type {Entity} from './dialect.js'
import {childrenOf} from './nest.js'
import {sameValue} from './same-value.js'

/** What it takes to bring an entity and those nested in it to the mapped state. */
export interface Amendment {
  /** Its own properties that differ, with the mapped values. */
  readonly changed: Entity
  readonly children: readonly ChildrenAmendment[]
  /** Why it cannot be done so, for a person; null if it can. */
  readonly obstacle: string | null
}

/** The same for the entities under one navigation property. */
export interface ChildrenAmendment {
  readonly navigation: string
  /** By the position of the child in what SAP holds. */
  readonly changed: readonly {readonly at: number; readonly properties: Entity}[]
  readonly added: readonly Entity[]
  /** Positions in what SAP holds. */
  readonly removed: readonly number[]
}

/** The names by which SAP keeps entities apart. */
export interface Names {
  /** Properties of the entity that cannot change. */
  readonly fixed: readonly string[]
  /** The property that tells the entities under a navigation property apart. */
  readonly childKey: (navigation: string) => string
}

/** Compares a mapped body with what SAP holds, as `decode` gives it. */
export function planAmendment(mapped: Entity, held: Entity, {fixed, childKey}: Names): Amendment {
  const changed: Record<string, unknown> = {}
  const children: ChildrenAmendment[] = []
  let obstacle: string | null = null
  for (const [name, value] of Object.entries(mapped)) {
    if (fixed.includes(name) || value === undefined) continue
    if (childrenOf(value) === undefined) {
      if (!sameValue(value, held[name])) changed[name] = value
    } else if (!isSameTree(value, held[name])) {
      const planned = planChildren(name, value, held[name], childKey(name))
      if (typeof planned === 'string') obstacle ??= planned
      else if (!isEmpty(planned)) children.push(planned)
    }
  }
  return {changed, children, obstacle}
}

/** Whether nothing differs. */
export function isSettled({changed, children, obstacle}: Amendment): boolean {
  return obstacle === null && children.length === 0 && Object.keys(changed).length === 0
}

function planChildren(navigation: string, mapped: unknown, held: unknown, key: string): ChildrenAmendment | string {
  const wanted = isList(mapped) ? childrenOf(mapped) : undefined
  const there = isList(held) ? childrenOf(held) : undefined
  if (wanted === undefined || there === undefined)
    return `${navigation} differs, and is no list of entities: it is not changed from here`
  if (wanted.some((child) => nameOf(child[key]) === undefined))
    return `${navigation} differs, and its entities are mapped without ${key}, which tells them apart`
  if (new Set(wanted.map((child) => nameOf(child[key]))).size < wanted.length)
    return `${navigation} holds two entities with one ${key}`

  const positions = new Map(there.map((child, at) => [nameOf(child[key]), at]))
  const changed: {at: number; properties: Entity}[] = []
  const added: Entity[] = []
  for (const child of wanted) {
    const at = positions.get(nameOf(child[key]))
    const match = at === undefined ? undefined : there[at]
    if (at === undefined || match === undefined) {
      added.push(child)
      continue
    }
    const properties = differing(child, match, key)
    const nested = Object.keys(properties).find((name) => childrenOf(properties[name]) !== undefined)
    if (nested !== undefined)
      return `${navigation} ${nameOf(child[key]) ?? ''} differs in ${nested}: what is nested so deep is not changed from here`
    if (Object.keys(properties).length > 0) changed.push({at, properties})
  }
  const names = new Set(wanted.map((child) => nameOf(child[key])))
  const removed = there.flatMap((child, at) => (names.has(nameOf(child[key])) ? [] : [at]))
  return {navigation, changed, added, removed}
}

/** The same entities in another order. */
function isEmpty({changed, added, removed}: ChildrenAmendment): boolean {
  return changed.length === 0 && added.length === 0 && removed.length === 0
}

function differing(mapped: Entity, held: Entity, key: string): Entity {
  return Object.fromEntries(
    Object.entries(mapped).filter(
      ([name, value]) => name !== key && value !== undefined && !isSameTree(value, held[name]),
    ),
  )
}

/** Whether what SAP holds has all that is mapped, in the order mapped. */
function isSameTree(mapped: unknown, held: unknown): boolean {
  const wanted = childrenOf(mapped)
  if (wanted === undefined) return sameValue(mapped, held)
  const there = childrenOf(held)
  return (
    there !== undefined &&
    isList(mapped) === isList(held) &&
    there.length === wanted.length &&
    wanted.every((child, at) =>
      Object.entries(child).every(([name, value]) => value === undefined || isSameTree(value, there[at]?.[name])),
    )
  )
}

/** SAP fills numbers up with zeros in some services and not in others. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  return text === '' ? undefined : /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'results' in value)
}
