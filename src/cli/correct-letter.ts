import {type Config, findFlow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {checkCorrection} from '#lib/deadletters/repair/check-correction.js'
import {readRepairables, type Repairable} from '#lib/deadletters/repair/repairable.js'
import {type Correction, writeCorrections} from '#lib/deadletters/repair/write-corrections.js'
import {openDoor, type Problem} from '#lib/intake/door.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import type {Operator} from '#lib/ledger/trail.js'

/**
 * The letter of that id, or the newest of the message of that id, whose payload is to be corrected.
 *
 * @throws ErpSyncError 2 if there is none, 7 if it cannot be corrected (any more).
 */
export async function requireRepairable(database: Database, id: string): Promise<Repairable> {
  const [found] = isId(id) ? await readRepairables(database, [id]) : []
  if (found === undefined || ('why' in found && found.why === 'there is no such letter')) {
    throw new ErpSyncError(`There is no dead letter ${id}.`, {
      code: 'unknown_letter',
      exitCode: exitCodes.usage,
      hint: 'Type: erpsync dlq list --state any',
    })
  }
  if ('why' in found) throw conflict(found.letterId, found.why)
  return found
}

/**
 * A corrected document that may be written.
 *
 * @throws ErpSyncError 65 with everything that is wrong with it.
 */
export async function requireFit(config: Config, letter: Repairable, corrected: unknown): Promise<Correction> {
  const door = await openDoor(findFlow(config, letter.flow))
  const checked = await checkCorrection(door, letter, corrected)
  if (checked.kind === 'fit') return {letter, document: checked.document}
  throw unfit(checked.problems)
}

/**
 * Writes it.
 *
 * @throws ErpSyncError 7 naming who was faster, and when.
 */
export async function writeCorrection(database: Database, correction: Correction, operator: Operator): Promise<void> {
  const [overtaken] = await writeCorrections(database, [correction], operator, {kind: 'each'})
  if (overtaken) throw conflict(overtaken.letterId, overtaken.why)
}

function unfit(problems: readonly Problem[]): ErpSyncError {
  const list = problems.map(({field, message}) => `  ${field === '' ? message : `${field} ${message}`}`)
  return new ErpSyncError(`The corrected document is refused; nothing was changed.\n${list.join('\n')}`, {
    code: 'correction_refused',
    exitCode: exitCodes.badInput,
  })
}

function conflict(letterId: string, why: string): ErpSyncError {
  return new ErpSyncError(`Letter ${letterId} ${why}; nothing was changed.`, {
    code: 'letter_not_repairable',
    exitCode: exitCodes.conflict,
    hint: `Look again: erpsync dlq show ${letterId}`,
  })
}
