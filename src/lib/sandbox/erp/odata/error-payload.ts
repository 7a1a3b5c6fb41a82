import {randomBytes} from 'node:crypto'

/** An error on its way into a payload. */
export interface Problem {
  readonly code: string
  readonly text: string
  readonly target: string
  readonly status: number
}

/** The error payload of OData V2. */
export function problemV2({code, text, target}: Problem, namespace: string): unknown {
  return {
    error: {
      code,
      message: {lang: 'en', value: text},
      innererror: {
        application: application(namespace),
        transactionid: transactionId(),
        timestamp: timestamp(),
        Error_Resolution: {
          SAP_Transaction: 'This is the sandbox ERP: GET /__sandbox/faults shows the faults that are set.',
        },
        errordetails: [
          {ContentID: '', code, message: text, propertyref: '', severity: 'error', transition: false, target},
        ],
      },
    },
  }
}

/** The error payload of OData V4: the message is a plain text here. */
export function problemV4({code, text, target, status}: Problem, namespace: string): unknown {
  return {
    error: {
      code,
      message: text,
      target,
      '@SAP__common.ExceptionCategory': status < 500 ? 'Client_Error' : 'Server_Error',
      details: [{code, message: text, target, '@SAP__common.numericSeverity': 4}],
      innererror: {
        ErrorDetails: {
          '@SAP__common.Application': application(namespace),
          '@SAP__common.TransactionId': transactionId(),
          '@SAP__common.Timestamp': timestamp(),
        },
      },
    },
  }
}

function application(namespace: string): unknown {
  return {component_id: 'SANDBOX', service_namespace: '/SAP/', service_id: namespace, service_version: '0001'}
}

function transactionId(): string {
  return randomBytes(16).toString('hex').toUpperCase()
}

/** `20260131061547.1250000`. */
function timestamp(): string {
  return new Date()
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .concat('0000')
}
