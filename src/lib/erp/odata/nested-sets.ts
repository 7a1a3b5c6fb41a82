import type {ODataOperation} from '#lib/config/odata-kind.js'

/** How the entities under a navigation property are named. */
export interface NestedSet {
  /** The property that tells the entities of one parent apart. */
  readonly key: string
  /** Where they are changed and deleted. */
  readonly entitySet: string
}

/** The key properties of the operation's own entity. Of a document that is created, its number. */
export function ownKeyOf({entityKey, result}: ODataOperation): readonly string[] {
  return entityKey ?? [result]
}

/**
 * As the configuration says, else as SAP's own services name them: what stands
 * under `to_Item` of `A_SalesOrder` is found in `A_SalesOrderItem` by its
 * `SalesOrderItem`, what stands under `_Item` of `SalesOrder` in `SalesOrderItem`.
 */
export function childKeyOf({entitySet, items}: ODataOperation, navigation: string): NestedSet {
  const name = navigation.replace(/^(?:to)?_/, '')
  const usual: NestedSet = {key: `${entitySet.replace(/^A_/, '')}${name}`, entitySet: `${entitySet}${name}`}
  const told = items?.[navigation]
  if (told === undefined) return usual
  return typeof told === 'string' ? {...usual, key: told} : told
}
