import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Refusal} from '#lib/deadletters/operations/start.js'

/** What to tell a person whose operation was not begun, changed or gone on with. */
export function operationError(id: string, refusal: Refusal): ErpSyncError {
  switch (refusal.kind) {
    case 'unknown':
      return unknownOperation(id)
    case 'wrong_state': {
      const {state, changedBy} = refusal.operation
      return new ErpSyncError(`Operation ${id} is ${state} already, by ${changedBy}; that cannot be done to it now.`, {
        code: 'wrong_state',
        exitCode: exitCodes.conflict,
        hint: `Type: erpsync dlq ops show ${id}`,
      })
    }
    case 'owned':
      return new ErpSyncError(
        `Operation ${id} is being carried out by ${refusal.owner}, for ${refusal.operation.changedBy}.`,
        {
          code: 'operation_owned',
          exitCode: exitCodes.conflict,
          hint: `Take it from there with: erpsync dlq ops pause ${id}`,
        },
      )
    case 'taken': {
      const {letters, by} = refusal
      return new ErpSyncError(
        `${letters} of these letters are in operation ${by.id} of ${by.createdBy}, which is ${by.state}. Nothing was sent.`,
        {
          code: 'letters_taken',
          exitCode: exitCodes.conflict,
          hint: `Look at it with: erpsync dlq ops show ${by.id}`,
        },
      )
    }
  }
}

export function unknownOperation(id: string): ErpSyncError {
  return new ErpSyncError(`There is no operation ${id}.`, {
    code: 'unknown_operation',
    exitCode: exitCodes.usage,
    hint: 'Type: erpsync dlq ops list',
  })
}
