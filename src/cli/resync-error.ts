import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Refusal} from '#lib/resync/run/halt.js'
import type {Starting} from '#lib/resync/run/start-run.js'

/** What to tell a person whose run was not begun. */
export function startError(flow: string, refusal: Exclude<Starting, {kind: 'started'}>): ErpSyncError {
  switch (refusal.kind) {
    case 'moved': {
      const {count, moved} = refusal
      const named = moved.map(({key, why}) => `  ${key}: ${why}`)
      const rest = count > moved.length ? [`  and ${count - moved.length} more`] : []
      return new ErpSyncError(
        [`${count} keys have moved since the plan was made. Nothing was sent.`, ...named, ...rest].join('\n'),
        {
          code: 'plan_moved',
          exitCode: exitCodes.conflict,
          hint: `Plan again: erpsync resync plan ${flow} --out plan.json`,
        },
      )
    }
    case 'taken':
      return new ErpSyncError('Some of these keys are in another resync that is not over. Nothing was sent.', {
        code: 'keys_taken',
        exitCode: exitCodes.conflict,
        hint: 'Look at it with: erpsync resync list --state running --state paused --state stopped',
      })
  }
}

/** What to tell a person whose run was not changed or gone on with. */
export function runError(id: string, refusal: Refusal): ErpSyncError {
  switch (refusal.kind) {
    case 'unknown':
      return new ErpSyncError(`There is no resync ${id}.`, {
        code: 'unknown_resync',
        exitCode: exitCodes.usage,
        hint: 'Type: erpsync resync list',
      })
    case 'wrong_state':
      return new ErpSyncError(
        `Resync ${id} is ${refusal.run.state} already, by ${refusal.run.changedBy}; that cannot be done to it now.`,
        {code: 'wrong_state', exitCode: exitCodes.conflict, hint: `Type: erpsync resync show ${id}`},
      )
    case 'owned':
      return new ErpSyncError(`Resync ${id} is being carried out by ${refusal.owner}, for ${refusal.run.changedBy}.`, {
        code: 'resync_owned',
        exitCode: exitCodes.conflict,
        hint: `Take it from there with: erpsync resync pause ${id}`,
      })
  }
}
