import type {Database, Transaction} from '#lib/db/database.js'
import {lockOpenLetters} from '#lib/deadletters/letters.js'
import type {Admissible} from '#lib/intake/door.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {readRevisions, writeRevisions} from '#lib/ledger/revisions.js'
import {type Operator, recordActions, type TrailEntry} from '#lib/ledger/trail.js'
import {patchBetween} from './json-patch.js'
import type {Repairable} from './repairable.js'

/** A letter with the corrected document that passed the door. */
export interface Correction {
  readonly letter: Repairable
  readonly document: Admissible
}

/** A correction that was not written, because somebody else was there first. */
export interface Overtaken {
  readonly letterId: string
  readonly why: string
}

/** How corrections are written to the trail: each, or none because their operation is. */
export type OnTrail = {readonly kind: 'each'} | {readonly kind: 'operation'; readonly operationId: string}

/** Writes corrections, all in one transaction; those that came too late say who was first. */
export async function writeCorrections(
  database: Database,
  corrections: readonly Correction[],
  operator: Operator,
  onTrail: OnTrail,
): Promise<readonly Overtaken[]> {
  return database.transaction(async (tx) => {
    await lockMessages(
      tx,
      corrections.map(({letter}) => letter.messageId),
    )
    const open = new Set(
      (
        await lockOpenLetters(
          tx,
          corrections.map(({letter}) => letter.letterId),
        )
      ).map(({id}) => id),
    )
    const written = await writeRevisions(
      tx,
      corrections.filter(({letter}) => open.has(letter.letterId)).map(toRevision),
      operator,
      onTrail.kind === 'operation' ? onTrail.operationId : null,
    )
    const late = corrections.filter(({letter}) => !written.has(letter.messageId))
    const overtaken: Overtaken[] = []
    for (const {letter} of late) overtaken.push({letterId: letter.letterId, why: await whoWasFirst(tx, letter)})
    if (onTrail.kind === 'each') {
      await recordActions(tx, operator, corrections.filter(({letter}) => written.has(letter.messageId)).map(toEntry))
    }
    return overtaken
  })
}

function toRevision({letter, document}: Correction) {
  return {
    messageId: letter.messageId,
    basedOn: letter.revision,
    payload: document.document,
    hash: document.hash,
    patch: patchBetween(letter.payload, document.document),
  }
}

/** Places and hashes, and no values: the trail is kept for ever. */
function toEntry({letter, document}: Correction): TrailEntry {
  const {letterId, messageId, flow, revision} = letter
  return {
    action: 'dlq.edit',
    flow,
    messageId,
    letterId,
    before: {revision},
    after: {
      revision: revision + 1,
      hash: document.hash,
      changed: patchBetween(letter.payload, document.document).map(({path}) => path),
    },
  }
}

async function whoWasFirst(tx: Transaction, {messageId, revision}: Repairable): Promise<string> {
  const newest = (await readRevisions(tx, messageId)).at(-1)
  if (newest === undefined || newest.number <= revision || newest.madeBy === null) {
    return 'was replayed, discarded or resolved meanwhile'
  }
  const {number, madeBy, host, madeAt} = newest
  return `was corrected meanwhile by ${madeBy}${host === null ? '' : ` on ${host}`} at ${madeAt.toISOString()} (revision ${number})`
}
