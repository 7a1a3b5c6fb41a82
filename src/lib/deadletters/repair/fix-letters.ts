import type {Database} from '#lib/db/database.js'
import type {Doors} from '#lib/intake/open-doors.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {correctBatch} from './correct-batch.js'
import {noteOperation} from './note-operation.js'
import {type Difference, differencesBetween} from './json-patch.js'
import type {Transform} from './transform.js'
import {writeCorrections} from './write-corrections.js'

export interface FixParts {
  readonly database: Database
  readonly doors: Doors
}

export interface FixOptions {
  readonly signal: AbortSignal
  /** Hears how many letters are done. */
  readonly onProgress: (done: number) => void
}

export interface RefusedLetter {
  readonly letterId: string
  readonly why: string
}

/** What would be changed in one letter; personal data is masked. */
export interface Sample {
  readonly letterId: string
  readonly flow: string
  readonly key: string
  readonly changes: readonly Difference[]
}

/** What a correction would do, frozen: the letters and the revisions it was tried on. */
export interface FixSurvey {
  readonly letters: number
  readonly changed: ReadonlyMap<string, number>
  readonly unchanged: number
  readonly refused: readonly RefusedLetter[]
  readonly samples: readonly Sample[]
  /** Of those that would change, SAP may have some as they were. */
  readonly mayBeInSap: number
}

export interface FixResult {
  readonly fixed: number
  readonly refused: readonly RefusedLetter[]
  /** Not tried, because the signal came. */
  readonly left: number
}

/** Tries a correction on letters. Changes nothing. */
export async function surveyFix(
  parts: FixParts,
  transform: Transform,
  letterIds: readonly string[],
  {samples: wanted, signal, onProgress}: FixOptions & {readonly samples: number},
): Promise<FixSurvey> {
  const changed = new Map<string, number>()
  const refused: RefusedLetter[] = []
  const samples: Sample[] = []
  let unchanged = 0
  let mayBeInSap = 0
  for (const batch of batchesOf(letterIds)) {
    if (signal.aborted) break
    for (const outcome of await correctBatch(parts, transform, batch)) {
      switch (outcome.kind) {
        case 'changed': {
          const {letter, document} = outcome.correction
          const {letterId, flow, key, revision, payload} = letter
          changed.set(letterId, revision)
          if (letter.executed !== 'no') mayBeInSap += 1
          if (samples.length < wanted) {
            samples.push({
              letterId,
              flow,
              key,
              changes: differencesBetween(payload, document.document, outcome.door.personal),
            })
          }
          break
        }
        case 'unchanged':
          unchanged += 1
          break
        case 'refused':
          refused.push({letterId: outcome.letterId, why: outcome.why})
      }
    }
    onProgress(changed.size + unchanged + refused.length)
  }
  return {letters: letterIds.length, changed, unchanged, refused, samples, mayBeInSap}
}

/**
 * Carries a correction out on the letters that it would change: batch by batch,
 * each in a transaction of its own. A letter that is not as it was when the
 * correction was tried is left alone. Two entries on the trail say what was begun,
 * and what was done.
 */
export async function applyFix(
  parts: FixParts,
  transform: Transform,
  survey: FixSurvey,
  {operator, operationId, query}: {readonly operator: Operator; readonly operationId: string; readonly query: string},
  {signal, onProgress}: FixOptions,
): Promise<FixResult> {
  const refused: RefusedLetter[] = []
  let tried = 0
  const before = {query, patch: transform.sha256, letters: survey.changed.size}
  await recordAction(parts.database, operator, {action: 'dlq.fix', operationId, before})
  try {
    for (const batch of batchesOf([...survey.changed.keys()])) {
      if (signal.aborted) break
      refused.push(...(await fixBatch(parts, transform, batch, survey.changed, operator, operationId)))
      tried += batch.length
      onProgress(tried)
    }
  } finally {
    const [done, skipped] = [tried - refused.length, refused.length]
    await parts.database.transaction(async (tx) => {
      await noteOperation(tx, {id: operationId, kind: 'fix', query, done, refused: skipped}, operator)
      const after = {fixed: done, refused: skipped}
      await recordAction(tx, operator, {action: 'dlq.fixed', operationId, before, after})
    })
  }
  return {fixed: tried - refused.length, refused, left: survey.changed.size - tried}
}

async function fixBatch(
  parts: FixParts,
  transform: Transform,
  letterIds: readonly string[],
  revisions: ReadonlyMap<string, number>,
  operator: Operator,
  operationId: string,
): Promise<readonly RefusedLetter[]> {
  const outcomes = await correctBatch(parts, transform, letterIds)
  const corrections = outcomes.flatMap((outcome) =>
    outcome.kind === 'changed'
      ? [
          {
            ...outcome.correction,
            // As it was when it was tried: what somebody corrected since is recognised when it is written.
            letter: {
              ...outcome.correction.letter,
              revision: revisions.get(outcome.correction.letter.letterId) ?? outcome.correction.letter.revision,
            },
          },
        ]
      : [],
  )
  const overtaken = await writeCorrections(parts.database, corrections, operator, {kind: 'operation', operationId})
  const others = outcomes.flatMap((outcome) => {
    switch (outcome.kind) {
      case 'changed':
        return []
      case 'unchanged':
        return [{letterId: outcome.letterId, why: 'was corrected meanwhile: nothing is left to change'}]
      case 'refused':
        return [{letterId: outcome.letterId, why: outcome.why}]
    }
  })
  return [...overtaken, ...others]
}

function* batchesOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += batchSize) yield ids.slice(start, start + batchSize)
}

const batchSize = 200
