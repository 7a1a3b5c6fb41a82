import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {ByHandOutcome} from '#lib/ledger/by-hand.js'

/** What to tell a person whose wish the ledger did not grant. */
export function byHandError(messageId: string, outcome: Exclude<ByHandOutcome, {kind: 'done'}>): ErpSyncError {
  const hint = `Type: erpsync message show ${messageId}`
  switch (outcome.kind) {
    case 'unknown':
      return new ErpSyncError(`There is no message ${messageId}.`, {code: 'unknown_message', exitCode: exitCodes.usage})
    case 'wrong_state':
      return new ErpSyncError(`Message ${messageId} is ${outcome.state}; that cannot be done to it now.`, {
        code: 'wrong_state',
        exitCode: exitCodes.conflict,
        hint,
      })
  }
}
