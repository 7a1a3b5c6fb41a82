import type {RfcDestination, RfcOperation} from '#lib/config/rfc-kind.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {ErpConnector} from '#lib/erp/connector.js'

export interface RfcConnectorInput {
  readonly destination: Omit<RfcDestination, 'limits' | 'breaker'>
  readonly operation: RfcOperation
  readonly destinationName: string
}

export function openRfcConnector({destinationName}: RfcConnectorInput): ErpConnector {
  throw new ErpSyncError(`destinations.${destinationName}: delivery by RFC is not built yet.`, {
    code: 'rfc_not_built',
    exitCode: exitCodes.configuration,
  })
}
