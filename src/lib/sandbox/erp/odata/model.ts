import type {Draft, FieldType, Row, TableName, Value} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldTransaction} from '#lib/sandbox/erp/world/world.js'

export type Version = 'v2' | 'v4'

export interface Property {
  readonly name: string
  /** The field of the world's table behind it. */
  readonly field: string
  readonly type: FieldType
  readonly isKey: boolean
  /** Set by the world: a value sent for it is not taken. */
  readonly isComputed: boolean
}

export interface Navigation {
  readonly name: string
  /** The entity set it leads to. */
  readonly target: string
  readonly isCollection: boolean
  /** The field that both sides share. */
  readonly on: string
}

/** Books a new entity with those sent along in its deep insert. */
export type CreateEntity = (tx: WorldTransaction, draft: Draft, children: readonly Draft[]) => Row

/** Changes an entity; undefined if there is none. */
export type ChangeEntity = (tx: WorldTransaction, key: readonly Value[], draft: Draft) => Row | undefined

/** Deletes an entity; false if there is none. */
export type RemoveEntity = (tx: WorldTransaction, key: readonly Value[]) => boolean

export interface EntitySet {
  readonly name: string
  readonly typeName: string
  readonly table: TableName
  readonly properties: readonly Property[]
  readonly navigations: readonly Navigation[]
  /** Whether its entities carry an ETag, so that a change needs If-Match. */
  readonly hasEtag: boolean
  readonly create: CreateEntity
  readonly change: ChangeEntity
  /** Absent where entities are never deleted. */
  readonly remove?: RemoveEntity
}

export interface Service {
  readonly version: Version
  /** The path of its root, without a slash at the end. */
  readonly path: string
  readonly namespace: string
  readonly sets: readonly EntitySet[]
}

export function findSet(service: Service, name: string): EntitySet | undefined {
  return service.sets.find((set) => set.name === name)
}

export function findProperty(set: EntitySet, name: string): Property | undefined {
  return set.properties.find((property) => property.name === name)
}

export function keyProperties(set: EntitySet): readonly Property[] {
  return set.properties.filter(({isKey}) => isKey)
}

/** Where a navigation leads. */
export function targetOf(service: Service, navigation: Navigation): EntitySet {
  const set = findSet(service, navigation.target)
  if (!set) throw new Error(`${service.namespace}: ${navigation.name} leads to no entity set`)
  return set
}
