import type {Database, Transaction} from '#lib/db/database.js'
import {type MessageState, transition} from '#lib/kernel/state.js'
import {lockKeysOf, releaseHeld} from './keys.js'
import {type Operator, recordAction, type TrailEntry} from './trail.js'

/** What a person may do with one message, beside replaying its letter. */
export type ByHand =
  {readonly kind: 'synced'; readonly documentNumber: string} | {readonly kind: 'waive'} | {readonly kind: 'skip'}

/** What became of it: `wrong_state` names the state that stands against it. */
export type ByHandOutcome =
  | {readonly kind: 'done'; readonly released: number}
  | {readonly kind: 'wrong_state'; readonly state: MessageState}
  | {readonly kind: 'unknown'}

/**
 * Does by hand what the ledger cannot decide, and writes it to the trail:
 *
 * - `synced`: the person saw the document in SAP
 * - `waive`: the later messages of its key go on without it; it stays a dead letter
 * - `skip`: it is discarded, and the later messages of its key go on
 */
export async function actByHand(
  database: Database,
  messageId: string,
  action: ByHand,
  operator: Operator,
): Promise<ByHandOutcome> {
  return database.transaction(async (tx) => {
    const keys = await lockKeysOf(tx, [messageId])
    const message = await lockMessage(tx, messageId)
    if (!message) return {kind: 'unknown'}
    if (!(await carryOut(tx, messageId, action))) return {kind: 'wrong_state', state: message.state}

    const released = await releaseHeld(tx, keys)
    const before = {state: message.state}
    await recordAction(tx, operator, {...trailOf(action), flow: message.flow, messageId, before})
    return {kind: 'done', released}
  })
}

async function carryOut(tx: Transaction, id: string, action: ByHand): Promise<boolean> {
  switch (action.kind) {
    case 'synced':
      return update(tx, id, transition('resolved_by_person'), action.documentNumber)
    case 'skip':
      return update(tx, id, transition('skipped'), null)
    case 'waive': {
      const {rowCount} = await tx.query(
        `update erpsync.message set waived = true where id = $1 and state = 'dead' and ordering = 'strict'`,
        [id],
      )
      return rowCount === 1
    }
  }
}

async function update(
  tx: Transaction,
  id: string,
  {from, to}: ReturnType<typeof transition>,
  documentNumber: string | null,
): Promise<boolean> {
  const {rowCount} = await tx.query(
    `update erpsync.message
        set state = $2, erp_document = $4, finished_at = now(), probe_after = null
      where id = $1
        and state = any ($3)`,
    [id, to, from, documentNumber],
  )
  return rowCount === 1
}

async function lockMessage(tx: Transaction, id: string) {
  const {rows} = await tx.query<{flow: string; state: MessageState}>(
    'select flow, state from erpsync.message where id = $1 for update',
    [id],
  )
  return rows[0]
}

function trailOf(action: ByHand): Pick<TrailEntry, 'action' | 'after'> {
  switch (action.kind) {
    case 'synced':
      return {
        action: 'message.resolve',
        after: {state: transition('resolved_by_person').to, documentNumber: action.documentNumber},
      }
    case 'waive':
      return {action: 'key.release', after: {waived: true}}
    case 'skip':
      return {action: 'key.skip', after: {state: transition('skipped').to}}
  }
}
