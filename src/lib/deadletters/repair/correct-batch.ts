import type {Queryable} from '#lib/db/database.js'
import type {Door, Problem} from '#lib/intake/door.js'
import type {Doors} from '#lib/intake/open-doors.js'
import {checkCorrection} from './check-correction.js'
import {patchBetween} from './json-patch.js'
import {readRepairables, type Repairable} from './repairable.js'
import type {Transform} from './transform.js'
import type {Correction} from './write-corrections.js'

/** What a correction comes to for one letter. */
export type Outcome =
  | {readonly kind: 'changed'; readonly correction: Correction; readonly door: Door}
  | {readonly kind: 'unchanged'; readonly letterId: string}
  | {readonly kind: 'refused'; readonly letterId: string; readonly why: string}

/** Tries a correction on letters, and writes nothing. */
export async function correctBatch(
  {database, doors}: {readonly database: Queryable; readonly doors: Doors},
  transform: Transform,
  letterIds: readonly string[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  // One after the other: expressions run on the event loop, each within a time limit of its own.
  for (const letter of await readRepairables(database, letterIds)) {
    outcomes.push(
      'why' in letter
        ? {kind: 'refused', letterId: letter.letterId, why: letter.why}
        : await correct(doors, transform, letter),
    )
  }
  return outcomes
}

async function correct(doors: Doors, transform: Transform, letter: Repairable): Promise<Outcome> {
  const {letterId, flow, payload} = letter
  const refused = (why: string): Outcome => ({kind: 'refused', letterId, why})
  const corrected = await transform.apply(payload)
  if (!corrected.ok) return refused(corrected.why)
  if (patchBetween(payload, corrected.document).length === 0) return {kind: 'unchanged', letterId}
  const door = await doors(flow)
  if (door === undefined) return refused(`its flow ${flow} is not in the configuration`)
  const checked = await checkCorrection(door, letter, corrected.document)
  if (checked.kind === 'unfit') return refused(describe(checked.problems))
  return {kind: 'changed', correction: {letter, document: checked.document}, door}
}

function describe(problems: readonly Problem[]): string {
  return problems.map(({field, message}) => `${field} ${message}`.trim()).join('; ')
}
