import {exitCodes, type ExitCode} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'

/** The exit code of a command that only asks SAP, and got this failure for an answer. */
export function failureExitCode({class: kind, code}: Pick<Failure, 'class' | 'code'>): ExitCode {
  switch (kind) {
    case 'config':
      return code.startsWith('sap:') || credentialCodes.has(code) ? exitCodes.credentials : exitCodes.configuration
    case 'permanent':
    case 'in_doubt':
      return exitCodes.configuration
    case 'transient':
    case 'throttled':
    case 'conflict':
      return exitCodes.unreachable
  }
}

/** SAP answered, and takes no call of this user. */
const credentialCodes: ReadonlySet<string> = new Set([
  'http:401',
  'http:403',
  'rfc:LOGON_FAILURE',
  'rfc:AUTHENTICATION_FAILURE',
  'rfc:AUTHORIZATION_FAILURE',
  'rfc:abap:NOT_AUTHORIZED',
  'rfc:abap:RFC_NO_AUTHORITY',
])
