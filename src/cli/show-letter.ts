import type {Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {findLetter} from '#lib/deadletters/letters.js'
import {maskLetter, type WholeLetter} from '#lib/deadletters/mask-letter.js'
import {presentLetter} from '#lib/deadletters/present-letters.js'
import {type PayloadHistory, presentHistory, historyOf} from '#lib/deadletters/repair/payload-history.js'
import {readWhole} from '#lib/deadletters/read-whole.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {readRevisions} from '#lib/ledger/revisions.js'
import type {Operator} from '#lib/ledger/trail.js'
import {recordUnmasking} from './unmask-flags.js'

/**
 * Reads a letter with all that belongs to it, and tells it as text, too;
 * personal data is masked unless somebody has said why it is to be seen.
 *
 * @throws ErpSyncError 2 if there is no such letter.
 */
export async function showLetter(
  config: Config,
  database: Database,
  {id, unmaskedBy}: {readonly id: string; readonly unmaskedBy: Operator | null},
): Promise<{readonly result: WholeLetter & PayloadHistory; readonly text: string}> {
  const letter = isId(id) ? await findLetter(database, id) : undefined
  if (!letter) throw unknownLetter(id)
  const whole = await readWhole(database, letter)
  const about = {flow: letter.flow, messageId: letter.messageId ?? undefined, letterId: letter.id}
  if (unmaskedBy !== null) await recordUnmasking(database, unmaskedBy, [about])
  const fields = unmaskedBy === null ? await openPersonalFields(config)(letter.flow) : ({kind: 'none'} as const)
  const revisions = letter.messageId === null ? [] : await readRevisions(database, letter.messageId)
  const shown = maskLetter(
    whole,
    fields,
    revisions.map(({payload}) => payload),
  )
  const history = historyOf(revisions, fields)
  const text = [presentLetter(shown, config.flows[letter.flow]?.owner ?? null), ...presentHistory(history)].join('\n\n')
  return {result: {...shown, ...history}, text}
}

function unknownLetter(id: string): ErpSyncError {
  return new ErpSyncError(`There is no dead letter ${id}.`, {
    code: 'unknown_letter',
    exitCode: exitCodes.usage,
    hint: 'Type: erpsync dlq list --state any',
  })
}
