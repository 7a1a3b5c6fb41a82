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
  if (/^y(?:es)?$/i.test(await ask(question, '[y/N]', {json, hint}))) return
  throw declined('Declined; nothing was changed.')
}

/**
 * Asks a person to type a text that shows that the question was read.
 *
 * @throws ErpSyncError 9 if something else was typed, 2 if there is nobody to ask.
 */
export async function confirmByTyping(question: string, wanted: string, asking: Required<Asking>): Promise<void> {
  if ((await ask(question, `Type ${wanted} to agree:`, asking)) === wanted) return
  throw declined(`That is not ${wanted}; nothing was changed.`)
}

async function ask(question: string, prompt: string, {json, hint}: Required<Asking>): Promise<string> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ErpSyncError(`${question} There is no terminal to ask on.`, {
      code: 'confirmation_needed',
      exitCode: exitCodes.usage,
      hint,
    })
  }
  const terminal = createInterface({input: process.stdin, output: process.stderr})
  try {
    return (await terminal.question(`${question} ${prompt} `)).trim()
  } finally {
    terminal.close()
  }
}

function declined(message: string): ErpSyncError {
  return new ErpSyncError(message, {code: 'declined', exitCode: exitCodes.declined})
}
