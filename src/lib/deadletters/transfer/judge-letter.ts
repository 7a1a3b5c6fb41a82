import {checkCorrection} from '#lib/deadletters/repair/check-correction.js'
import type {Admissible, Door} from '#lib/intake/door.js'
import type {Doors} from '#lib/intake/open-doors.js'
import type {LetterLine} from './format.js'

/** A letter with its message that may enter here, as far as its flow is concerned. */
export interface Candidate {
  readonly line: LetterLine & {readonly message: NonNullable<LetterLine['message']>}
  readonly door: Door
  readonly document: Admissible
}

/**
 * What is to be done with a letter of a file:
 *
 * - `candidate`: its message may be taken in, unless the ledger says otherwise
 * - `raw`: it never became a message; the letter alone is taken in
 * - `skipped`: it is no work to be done
 * - `refused`: the flow does not take it as it is
 */
export type Judgement =
  | ({readonly kind: 'candidate'} & Candidate)
  | {readonly kind: 'raw'; readonly line: LetterLine}
  | {readonly kind: 'skipped'; readonly letterId: string; readonly why: string}
  | {readonly kind: 'refused'; readonly letterId: string; readonly why: string}

/** Judges a letter by the rules of intake, as they are configured here. */
export async function judgeLetter(doors: Doors, line: LetterLine): Promise<Judgement> {
  const {letter, message} = line
  const letterId = letter.id
  if (letter.state !== 'open') return {kind: 'skipped', letterId, why: `was ${letter.state} when it was exported`}
  const door = await doors(letter.flow)
  if (door === undefined) {
    return {kind: 'refused', letterId, why: `its flow ${letter.flow} is not in the configuration`}
  }
  if (message === null) return {kind: 'raw', line}
  const checked = await checkCorrection(door, message, message.payload)
  if (checked.kind === 'unfit') {
    const why = checked.problems.map(({field, message: text}) => `${field} ${text}`.trim()).join('; ')
    return {kind: 'refused', letterId, why}
  }
  return {kind: 'candidate', line: {...line, message}, door, document: checked.document}
}
