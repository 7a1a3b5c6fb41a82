import {failureExitCode} from '#lib/erp/failure-exit-code.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes, type ExitCode} from '#lib/kernel/exit-codes.js'
import type {Failure} from '#lib/kernel/failure.js'

/** What to tell a person who asked SAP something and got no answer. */
export function askError(failure: Failure): ErpSyncError {
  return new ErpSyncError(textOf(failure), {code: failure.code, exitCode: failureExitCode(failure)})
}

/** What to tell a person whose values do not fit what the function takes. */
export function argumentError(
  {code, text}: Failure,
  {destination, function: name}: {readonly destination: string; readonly function: string},
): ErpSyncError {
  return new ErpSyncError(text, {
    code,
    exitCode: code === 'rfc:unknown_parameter' ? exitCodes.usage : exitCodes.badInput,
    hint: `What it takes: erpsync erp describe ${name} --destination ${destination}`,
  })
}

/** What to tell a person who had a function called. An unknown outcome is none that is worth another try. */
export function callError(failure: Failure): ErpSyncError {
  if (failure.executed === 'no') {
    return new ErpSyncError(textOf(failure), {code: failure.code, exitCode: callExitCode(failure)})
  }
  return new ErpSyncError(`${textOf(failure)} Whether SAP has booked it is unknown.`, {
    code: 'in_doubt',
    exitCode: exitCodes.someFailed,
    hint: 'Look into SAP before you call it again.',
  })
}

/** SAP answered, and refused the call: that is a result, no fault of the configuration. */
function callExitCode(failure: Failure): ExitCode {
  return failure.class === 'permanent' ? exitCodes.someFailed : failureExitCode(failure)
}

function textOf({code, text}: Failure): string {
  return `${text.replace(/[.:\s]+$/, '')} (${code}).`
}
