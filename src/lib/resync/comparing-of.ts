import {childKeyOf} from '#lib/erp/odata/nested-sets.js'
import type {Flow} from '#lib/config/load.js'
import type {OperationSettings} from '#lib/config/schema.js'
import type {Comparing} from './compare-bodies.js'
import {openFieldFilter} from './field-filter.js'

/** How the mapped bodies of a flow are compared with SAP's. */
export function comparingOf({operation, resync}: Pick<Flow, 'operation' | 'resync'>): Comparing {
  return {
    filter: openFieldFilter(resync, operation.kind === 'odata' ? operation.reference : null),
    itemKey: (navigation) => itemKeyOf(operation, navigation),
  }
}

function itemKeyOf(operation: OperationSettings, navigation: string): string {
  switch (operation.kind) {
    case 'odata':
      return childKeyOf(operation, navigation).key
    // Never read so far: nothing of theirs is compared.
    case 'rfc':
    case 'idoc':
      return ''
  }
}
