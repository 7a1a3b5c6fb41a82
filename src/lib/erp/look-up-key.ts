import type {OperationSettings} from '#lib/config/schema.js'
import type {ErpDocument} from './connector.js'

/** What it takes to ask SAP for a document or an object of which a person knows one name. */
export type LookUpKey =
  /** Our reference says it all. */
  | {readonly kind: 'reference'; readonly document: ErpDocument}
  /** Messages change an object, and SAP knows it by that name. */
  | {readonly kind: 'key'; readonly document: ErpDocument}
  /** The look-up needs the document of a message. */
  | {readonly kind: 'message'}
  | {readonly kind: 'none'; readonly reason: string}

/** How an operation's look-up can be done by hand. */
export function lookUpKeyOf(operation: OperationSettings, reference: string): LookUpKey {
  switch (operation.kind) {
    case 'odata': {
      const {method, entitySet, entityKey = []} = operation
      if (method === 'create') return {kind: 'reference', document: {reference, body: {}}}
      const [only, ...others] = entityKey
      if (only !== undefined && others.length === 0)
        return {kind: 'key', document: {reference, body: {[only]: reference}}}
      return {
        kind: 'none',
        reason: `Messages change entities of ${entitySet}, which SAP knows by several parts: ${entityKey.join(', ')}.`,
      }
    }
    case 'rfc':
      switch (operation.probe.kind) {
        case 'table':
          return {kind: 'reference', document: {reference, body: {steps: []}}}
        case 'function':
          return {kind: 'message'}
      }
    case 'idoc':
      return operation.probe.status === undefined
        ? {kind: 'none', reason: 'SAP tells of an IDoc only where operation.probe.status says how to ask.'}
        : {kind: 'reference', document: {reference, body: {}}}
  }
}
