import {GatewayError} from '#lib/sandbox/erp/odata/gateway-error.js'
import type {RefusalFault} from './fault.js'

/** The error that a refusal fault gives in place of a booking. */
export function refusalError(fault: RefusalFault): GatewayError {
  switch (fault.kind) {
    case 'lock':
      return new GatewayError(`Document is currently being processed by user ${fault.user}.`, {
        status: 400,
        code: 'V1/042',
      })
    case 'business-error':
      return new GatewayError(fault.text, {status: 400, code: fault.code})
  }
}
