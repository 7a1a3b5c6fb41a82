import type {ConnectionSettings, OperationSettings} from '#lib/config/schema.js'
import type {ErpConnector} from './connector.js'
import {openNullConnector} from './null-connector.js'
import {openODataConnector} from './odata/connector.js'

/** A connector for one operation in one destination. Nothing is sent yet. */
export function openConnector(
  destinationName: string,
  destination: ConnectionSettings,
  operation: OperationSettings,
): ErpConnector {
  switch (destination.kind) {
    case 'odata':
      return openODataConnector({destination, operation, destinationName})
    case 'null':
      return openNullConnector(destination)
  }
}
