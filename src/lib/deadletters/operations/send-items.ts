import type {Database, Transaction} from '#lib/db/database.js'
import {lockOpenLetters, markReplayed} from '#lib/deadletters/letters.js'
import {lockKeysOf} from '#lib/ledger/keys.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {readmitMessages} from '#lib/ledger/readmit.js'
import {freeKeys} from './free-keys.js'
import {lockOperation} from './operation.js'
import type {Lease} from './start.js'

export type Sending =
  | {readonly kind: 'sent'; readonly sent: number; readonly skipped: number}
  /** The operation is not running any more, or another process carries it out. */
  | {readonly kind: 'halted'}

/**
 * Sends the next letters of an operation to SAP again, by way of the outbox and
 * never straight to the broker, so that a replay survives a crash exactly as a
 * first delivery does. A letter whose call may have reached SAP is looked up
 * before it is sent. What is not open any more is skipped.
 */
export async function sendItems(
  database: Database,
  id: string,
  {lease, most, actor}: {readonly lease: Lease; readonly most: number; readonly actor: string},
): Promise<Sending> {
  return database.transaction(async (tx) => {
    const operation = await lockOperation(tx, id)
    if (operation?.state !== 'running' || !(await renewLease(tx, id, lease))) return {kind: 'halted'}
    const items = await nextItems(tx, id, Math.min(most, batchSize))
    const messageIds = items.map(({messageId}) => messageId)
    // Keys, then messages, then letters: whoever supersedes a dead message locks in this order, too.
    await lockKeysOf(tx, messageIds)
    await lockMessages(tx, messageIds)
    const locked = await lockOpenLetters(
      tx,
      items.map(({letterId}) => letterId),
    )
    const readmitted = await readmitMessages(
      tx,
      inOrderOf(items, locked).map(({messageId, executed}) => ({messageId, mayBeExecuted: executed !== 'no'})),
    )
    const open = new Set(locked.map((letter) => letter.id))
    const isSent = ({letterId, messageId}: Item): boolean => open.has(letterId) && readmitted.has(messageId)
    const sent = items.filter((item) => isSent(item))
    await markReplayed(
      tx,
      sent.map(({letterId}) => letterId),
      actor,
    )
    const skipped = items.filter((item) => !isSent(item)).map(({position}) => position)
    await markSent(
      tx,
      id,
      sent.map(({position}) => position),
    )
    await markSkipped(tx, id, skipped)
    return {kind: 'sent', sent: sent.length, skipped: skipped.length}
  })
}

/** Extends the lease of the process that carries an operation out. False if it is another's by now. */
export async function renewLease(tx: Transaction, id: string, {owner, leaseMs}: Lease): Promise<boolean> {
  const {rowCount} = await tx.query(
    `update erpsync.operation
        set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
      where id = $1
        and state = 'running'
        and lease_owner = $2`,
    [id, owner, leaseMs],
  )
  return rowCount === 1
}

interface Item {
  readonly position: number
  readonly letterId: string
  readonly messageId: string
}

async function nextItems(tx: Transaction, id: string, most: number): Promise<readonly Item[]> {
  const {rows} = await tx.query<{position: number; letter_id: string; message_id: string}>(
    `select position, letter_id, message_id
       from erpsync.operation_item
      where operation_id = $1
        and state = 'pending'
        and ready
      order by position
      limit $2`,
    [id, most],
  )
  return rows.map(({position, letter_id, message_id}) => ({position, letterId: letter_id, messageId: message_id}))
}

/** The letters that were locked, as the operation wants them sent. */
function inOrderOf<Letter extends {readonly id: string}>(items: readonly Item[], letters: readonly Letter[]) {
  const byId = new Map(letters.map((letter) => [letter.id, letter]))
  return items.flatMap(({letterId, messageId}) => {
    const letter = byId.get(letterId)
    return letter ? [{...letter, messageId}] : []
  })
}

async function markSent(tx: Transaction, id: string, positions: readonly number[]): Promise<void> {
  if (positions.length === 0) return
  await tx.query(
    `update erpsync.operation_item i
        set state = 'sent', sent_at = now(), round = o.round
       from erpsync.operation o
      where i.operation_id = $1
        and i.position = any ($2::integer[])
        and o.id = i.operation_id`,
    [id, positions],
  )
  await tx.query(`update erpsync.operation set round_sent = round_sent + $2 where id = $1`, [id, positions.length])
}

async function markSkipped(tx: Transaction, id: string, positions: readonly number[]): Promise<void> {
  if (positions.length === 0) return
  await tx.query(
    `update erpsync.operation_item
        set state = 'skipped', why = 'somebody else was faster', decided_at = now()
      where operation_id = $1
        and position = any ($2::integer[])`,
    [id, positions],
  )
  await freeKeys(tx, id, positions)
}

/** Letters in one transaction: enough to be fast, few enough that a pause is heard at once. */
const batchSize = 500
