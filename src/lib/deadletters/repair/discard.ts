import type {Database, Transaction} from '#lib/db/database.js'
import type {LetterState} from '#lib/deadletters/letters.js'
import {transition} from '#lib/kernel/state.js'
import {releaseHeld} from '#lib/ledger/keys.js'
import {type Operator, recordActions} from '#lib/ledger/trail.js'
import {noteOperation} from './note-operation.js'
import {type BatchWork, inBatches, type SetAside} from './set-aside.js'

/** Why letters may be discarded. */
export const discardCodes = ['duplicate', 'obsolete', 'handled-in-sap', 'test'] as const

export type DiscardCode = (typeof discardCodes)[number]

/** Who discards which letters, and why. */
export interface DiscardOrder {
  readonly code: DiscardCode
  readonly operator: Operator
  readonly operationId: string
  /** The letters in words. */
  readonly query: string
}

/**
 * Sets open letters aside for good, and discards their messages with them: what
 * an ordered key held back goes on. Each is written to the trail.
 */
export async function discardLetters(
  database: Database,
  letterIds: readonly string[],
  {code, operator, operationId, query}: DiscardOrder,
  options: Parameters<typeof inBatches>[3],
): Promise<SetAside> {
  const work: BatchWork = async (tx, {letterIds: batch, keys}) => {
    const states = await lockLetters(tx, batch)
    const open = states.filter(({state}) => state === 'open')
    await closeLetters(tx, open, code, operator)
    await discardMessages(
      tx,
      open.flatMap(({messageId}) => messageId ?? []),
    )
    const released = await releaseHeld(tx, keys)
    await recordActions(
      tx,
      operator,
      open.map(({id, flow, messageId}) => ({
        action: 'dlq.discard',
        operationId,
        flow,
        letterId: id,
        ...(messageId === null ? {} : {messageId}),
        before: {state: 'open'},
        after: {state: 'discarded', code},
      })),
    )
    return {
      done: open.map(({id}) => id),
      refused: states
        .filter(({state}) => state !== 'open')
        .map(({id, state}) => ({letterId: id, why: `is ${state}, not open`})),
      released,
    }
  }
  const outcome = await inBatches(database, letterIds, work, options)
  const operation = {id: operationId, kind: 'discard', query, done: outcome.done.length} as const
  await database.transaction(async (tx) => noteOperation(tx, {...operation, refused: outcome.refused.length}, operator))
  return outcome
}

interface LockedLetter {
  readonly id: string
  readonly flow: string
  readonly messageId: string | null
  readonly state: LetterState
}

async function lockLetters(tx: Transaction, ids: readonly string[]): Promise<readonly LockedLetter[]> {
  const {rows} = await tx.query<Omit<LockedLetter, 'messageId'> & {message_id: string | null}>(
    `select id, flow, message_id, state
       from erpsync.dead_letter
      where id = any ($1::uuid[])
      order by seq
        for update`,
    [ids],
  )
  return rows.map(({message_id, ...same}) => ({...same, messageId: message_id}))
}

async function closeLetters(
  tx: Transaction,
  letters: readonly LockedLetter[],
  code: DiscardCode,
  {actor, reason}: Operator,
): Promise<void> {
  await tx.query(
    `update erpsync.dead_letter
        set state = 'discarded', decided_at = now(), discarded_at = now(), discard_code = $2, discarded_by = $3,
            discard_reason = $4
      where id = any ($1::uuid[])`,
    [letters.map(({id}) => id), code, actor, reason],
  )
}

/** After their letters: those that were still open would be closed as resolved. */
async function discardMessages(tx: Transaction, ids: readonly string[]): Promise<void> {
  const {from, to} = transition('set_aside')
  await tx.query(
    `update erpsync.message
        set state = $2, finished_at = now()
      where id = any ($1::uuid[])
        and state = any ($3)`,
    [ids, to, from],
  )
}
