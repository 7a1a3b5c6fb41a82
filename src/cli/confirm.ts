import {createInterface} from 'node:readline/promises'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

interface Asking {
  readonly json: boolean
  /** What to type where there is nobody to ask. */
  readonly hint?: string
}

/**
 * Asks a person to agree.
 *
 * @throws ErpSyncError 9 if declined, 2 if there is nobody to ask.
 */
export async function confirm(
  question: string,
  {json, hint = 'Add --yes to agree beforehand, or --dry-run to look only.'}: Asking,
): Promise<void> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ErpSyncError(`${question} There is no terminal to ask on.`, {
      code: 'confirmation_needed',
      exitCode: exitCodes.usage,
      hint,
    })
  }
  const prompt = createInterface({input: process.stdin, output: process.stderr})
  try {
    const answer = await prompt.question(`${question} [y/N] `)
    if (/^y(?:es)?$/i.test(answer.trim())) return
    throw new ErpSyncError('Declined; nothing was changed.', {code: 'declined', exitCode: exitCodes.declined})
  } finally {
    prompt.close()
  }
}
