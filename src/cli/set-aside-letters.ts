import type {Database} from '#lib/db/database.js'
import {newOperationId} from '#lib/deadletters/operations/operation.js'
import {type Selection, selectionText} from '#lib/deadletters/operations/selection.js'
import {presentSetAside} from '#lib/deadletters/repair/present-set-aside.js'
import {selectLetters} from '#lib/deadletters/repair/select-letters.js'
import type {SetAside} from '#lib/deadletters/repair/set-aside.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {confirmCount} from './confirm-count.js'
import {stopCode, stopOnSignal} from './stop-on-signal.js'

export interface SetAsideResult extends SetAside {
  /** With nothing left to guess. */
  readonly query: string
  /** Letters that were meant. */
  readonly letters: number
  /** Null if nothing was to be done. */
  readonly operationId: string | null
}

interface Asked {
  readonly database: Database
  readonly selection: Selection
  readonly flags: {readonly yes: boolean; readonly confirm: number | undefined; readonly 'dry-run': boolean}
  readonly json: boolean
  readonly say: (line: string) => void
}

interface Doing {
  readonly question: (count: number) => string
  /** For the result, e.g. `Discarded`. */
  readonly done: string
  readonly work: (
    letterIds: readonly string[],
    operationId: string,
    options: {readonly signal: AbortSignal; readonly onProgress: (done: number) => void},
  ) => Promise<SetAside>
}

/** Discards or restores the letters that are meant, once somebody agrees to their number. */
export async function setAsideLetters(
  {database, selection, flags, json, say}: Asked,
  {question, done, work}: Doing,
): Promise<{readonly result: SetAsideResult; readonly text: string; readonly exitCode: ExitCode}> {
  const query = selectionText(selection)
  say(`Letters: ${query}`)
  const {letterIds, unknown} = await selectLetters(database, selection)
  const refused = unknown.map((letterId) => ({letterId, why: 'there is no such letter'}))
  const asked = {query, letters: letterIds.length}
  if (flags['dry-run'] || letterIds.length === 0) {
    return {
      result: {...asked, operationId: null, done: [], refused, released: 0, left: letterIds.length},
      text: `${letterIds.length} ${letterIds.length === 1 ? 'letter' : 'letters'}; nothing was changed.`,
      exitCode: refused.length > 0 ? exitCodes.someFailed : exitCodes.ok,
    }
  }
  await confirmCount(question(letterIds.length), letterIds.length, {...flags, json})

  const operationId = newOperationId()
  const signal = stopOnSignal()
  const counter = openCounter(process.stderr)
  const onProgress = (count: number) => counter.show(`${count} of ${letterIds.length}`)
  const outcome = await work(letterIds, operationId, {signal, onProgress}).finally(counter.clear)
  const all = {...outcome, refused: [...refused, ...outcome.refused]}
  return {
    result: {...asked, operationId, ...all},
    text: presentSetAside(done, all, operationId),
    exitCode: stopCode(signal) ?? (all.refused.length > 0 ? exitCodes.someFailed : exitCodes.ok),
  }
}
