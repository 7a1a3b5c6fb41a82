import {Flags} from '@oclif/core'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {confirm, confirmByTyping} from './confirm.js'

const mostUnasked = 10
const mostByYes = 1000

/** Flags of commands that change many letters at once: how to agree beforehand. */
export const confirmFlags = {
  yes: Flags.boolean({summary: `do not ask; agrees to at most ${mostByYes}`}),
  confirm: Flags.integer({summary: 'agree to exactly this many', helpValue: '<count>', min: 0}),
}

/** Whether somebody agreed beforehand. */
export interface Agreement {
  readonly yes: boolean
  readonly confirm: number | undefined
  readonly json: boolean
}

/** What is still to be asked before so many are changed; `mismatch` if it was agreed to another number. */
export type Confirmation = 'none' | 'yes_or_no' | 'type_count' | 'mismatch'

/** Confirmation grows with size: a slip of the finger is cheap with ten letters and not with ten thousand. */
export function confirmationFor(count: number, {yes, confirm: agreed}: Omit<Agreement, 'json'>): Confirmation {
  if (agreed !== undefined) return agreed === count ? 'none' : 'mismatch'
  if (count <= mostUnasked || (yes && count <= mostByYes)) return 'none'
  return count <= mostByYes ? 'yes_or_no' : 'type_count'
}

/**
 * Makes sure that somebody agrees to a change of so many, counted and frozen
 * before.
 *
 * @throws ErpSyncError 9 if declined, 2 if there is nobody to ask, 7 if it was
 * agreed to another number than there are by now.
 */
export async function confirmCount(question: string, count: number, agreement: Agreement): Promise<void> {
  const hint = `Add --confirm=${count} to agree beforehand, or --dry-run to look only.`
  switch (confirmationFor(count, agreement)) {
    case 'none':
      return undefined
    case 'yes_or_no':
      return confirm(question, {json: agreement.json, hint})
    case 'type_count':
      return confirmByTyping(question, String(count), {json: agreement.json, hint})
    case 'mismatch':
      throw new ErpSyncError(`It was agreed to ${agreement.confirm ?? 0}, and there are ${count}.`, {
        code: 'count_differs',
        exitCode: exitCodes.conflict,
        hint: `Look again with --dry-run; then --confirm=${count} agrees to these.`,
      })
  }
}
