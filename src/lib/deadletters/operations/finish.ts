import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {judgeItems} from './judge-items.js'
import {beginnerOf, lockOperation, type Operation} from './operation.js'

/**
 * Ends a running operation, which the transaction holds, once every letter has
 * its outcome. What can never go, because one of its key died again, is skipped.
 *
 * @returns how the operation stands after that.
 */
export async function finishIfDone(tx: Transaction, id: string, operator: Operator): Promise<Operation> {
  const operation = await mustLock(tx, id)
  if (operation.state !== 'running' || operation.counts.sent > 0) return operation
  if (operation.counts.pending > 0 && !(await skipBlocked(tx, id))) return operation
  await tx.query(
    `update erpsync.operation
        set state = 'finished', finished_at = now(), changed_by = $2, lease_owner = null, lease_until = null
      where id = $1`,
    [id, operator.actor],
  )
  const finished = await mustLock(tx, id)
  await recordAction(tx, operator, {action: 'operation.finish', operationId: id, after: {...finished.counts}})
  return finished
}

/**
 * Gives outcomes to what operations have sent that nobody carries out at the
 * moment: because the command that sent it did not wait, was stopped or killed.
 */
export async function judgeUnattended(database: Database): Promise<void> {
  const {rows} = await database.query<{id: string}>(
    `select id
       from erpsync.operation
      where sent > 0
        and (lease_until is null or lease_until <= clock_timestamp())
      order by seq`,
  )
  for (const {id} of rows) {
    await database.transaction(async (tx) => {
      const operation = await lockOperation(tx, id)
      if (operation === undefined || operation.owner !== null) return
      await judgeItems(tx, id)
      await finishIfDone(tx, id, beginnerOf(operation))
    })
  }
}

async function skipBlocked(tx: Transaction, id: string): Promise<boolean> {
  const {rowCount: ready} = await tx.query(
    `select from erpsync.operation_item where operation_id = $1 and state = 'pending' and ready limit 1`,
    [id],
  )
  if (ready !== 0) return false
  await tx.query(
    `update erpsync.operation_item
        set state = 'skipped', why = 'an earlier message of its key died again', decided_at = now()
      where operation_id = $1
        and state = 'pending'`,
    [id],
  )
  return true
}

async function mustLock(tx: Transaction, id: string): Promise<Operation> {
  const operation = await lockOperation(tx, id)
  if (operation === undefined) throw new Error(`operation ${id} is gone`)
  return operation
}
