import type {BatchSettings, OperationSettings} from '#lib/config/schema.js'
import {chosenReference as idocReference} from './idoc/chosen-reference.js'
import {compileMapping, type Mapping} from './mapping.js'
import {chosenReference, readBody} from './rfc/body.js'
import {compileRfcMapping} from './rfc/mapping.js'

/**
 * Compiles the mapping of a whole operation, and every other file it names.
 *
 * @throws ErpSyncError 78 naming the file that is not right.
 */
export async function compileOperation(operation: OperationSettings): Promise<Mapping> {
  switch (operation.kind) {
    case 'odata':
      return compileMapping(operation.map)
    case 'rfc':
      return compileRfcMapping(operation)
    case 'idoc': {
      // Loaded only where it is used: it brings the reader of the configuration.
      const {compileIdocMapping} = await import('./idoc/mapping.js')
      return compileIdocMapping(operation)
    }
  }
}

/** Whether each message makes a document of its own in SAP, an IDoc for one. Else each is a state of one object, of which SAP holds the last. */
export function isCreation(operation: OperationSettings): boolean {
  switch (operation.kind) {
    case 'odata':
    case 'rfc':
      return operation.method === 'create'
    case 'idoc':
      return true
  }
}

/** The reference that the mapping chose, by which SAP will be asked; null if it left that to us. */
export function mappedReference(operation: OperationSettings, body: Readonly<Record<string, unknown>>): string | null {
  switch (operation.kind) {
    case 'odata': {
      const chosen = body[operation.reference]
      return typeof chosen === 'string' && chosen !== '' ? chosen : null
    }
    case 'rfc':
      return chosenReference(operation, readBody(body))
    case 'idoc':
      return idocReference(operation, body)
  }
}

/** How many documents go by one call, and how long they wait for each other; undefined for one by one. */
export function batchOf(operation: OperationSettings): BatchSettings | undefined {
  switch (operation.kind) {
    case 'odata':
      return operation.batch
    case 'rfc':
    case 'idoc':
      return undefined
  }
}

/** What is called, in a few words. */
export function describeOperation(operation: OperationSettings): string {
  switch (operation.kind) {
    case 'odata':
      return `${operation.method} ${operation.service}/${operation.entitySet}`
    case 'rfc':
      return `${operation.method} ${operation.steps.map((step) => step.function).join(' + ')}`
    case 'idoc':
      return `send ${operation.idocType} as ${operation.messageType}`
  }
}
