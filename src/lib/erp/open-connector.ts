import type {ConnectionSettings, OperationSettings} from '#lib/config/schema.js'
import type {ErpConnector} from './connector.js'
import {openIdocConnector} from './idoc/connector.js'
import {openNullConnector} from './null-connector.js'
import {openODataConnector} from './odata/connector.js'
import {openRfcConnector} from './rfc/connector.js'

/** A connector for the one operation of a flow in its destination. Nothing is sent yet. */
export function openConnector(
  destinationName: string,
  destination: ConnectionSettings,
  operation: OperationSettings,
  flow: string,
): ErpConnector {
  switch (destination.kind) {
    case 'odata':
      return openODataConnector({destination, operation: ofKind('odata', operation), destinationName})
    case 'rfc':
      return openRfcConnector({destination, operation: ofKind('rfc', operation)})
    case 'idoc':
      return openIdocConnector({destination, operation: ofKind('idoc', operation), destinationName, flow})
    case 'null':
      return openNullConnector(destination)
  }
}

/** The configuration lets no operation of another kind through. */
function ofKind<Kind extends OperationSettings['kind']>(kind: Kind, operation: OperationSettings) {
  if (isOfKind(kind, operation)) return operation
  throw new Error(`an operation of kind ${operation.kind} for a destination of kind ${kind}`)
}

function isOfKind<Kind extends OperationSettings['kind']>(
  kind: Kind,
  operation: OperationSettings,
): operation is Extract<OperationSettings, {kind: Kind}> {
  return operation.kind === kind
}
