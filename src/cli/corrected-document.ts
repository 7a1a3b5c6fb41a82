import {assign, readAssignment} from '#lib/deadletters/repair/assignments.js'
import type {Repairable} from '#lib/deadletters/repair/repairable.js'
import {parseDocument} from '#lib/intake/readers/parse-document.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {editText} from './edit-text.js'

/**
 * The document as a person wants it: by flags, or else by an editor.
 *
 * @throws ErpSyncError 65 if what came of it is no document.
 */
export async function correctedDocument(
  {letterId, payload}: Repairable,
  {set, unset}: {readonly set: readonly string[]; readonly unset: readonly string[]},
  beforeItIsShown: () => Promise<void>,
): Promise<unknown> {
  if (set.length === 0 && unset.length === 0) {
    await beforeItIsShown()
    return parse(await editText(`${JSON.stringify(payload, null, 2)}\n`, `${letterId}.json`))
  }
  const corrected = assign(payload, [
    ...set.map((text) => readAssignment(text) ?? refuse(`--set takes <path>=<value>; got "${text}"`, 'usage')),
    ...unset.map((path) => ({kind: 'unset', path}) as const),
  ])
  return corrected.ok ? corrected.document : refuse(corrected.why, 'badInput')
}

function parse(text: string): unknown {
  const parsed = parseDocument(Buffer.from(text))
  return 'problem' in parsed ? refuse(`What the editor left ${parsed.problem}`, 'badInput') : parsed.document
}

function refuse(why: string, exit: 'usage' | 'badInput'): never {
  throw new ErpSyncError(`${why}; nothing was changed.`, {code: 'edit_refused', exitCode: exitCodes[exit]})
}
