import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {lockOperation, type Operation, type OperationState} from './operation.js'
import type {Refusal} from './start.js'

/** The operation as it stands after it was paused, stopped or cancelled; or why it was not. */
export type Halting =
  {readonly kind: 'halted'; readonly operation: Operation} | Extract<Refusal, {kind: 'unknown' | 'wrong_state'}>

/** Has nothing more sent until it is resumed. What is on its way goes on. */
export async function pauseOperation(
  database: Database,
  id: string,
  why: string,
  operator: Operator,
): Promise<Halting> {
  return halt(database, id, operator, {
    action: 'operation.pause',
    from: ['running'],
    write: async (tx) =>
      tx.query(
        `update erpsync.operation
            set state = 'paused', why = $2, changed_by = $3, lease_owner = null, lease_until = null
          where id = $1`,
        [id, why, operator.actor],
      ),
  })
}

/** The same, because a guard has said so. */
export async function stopOperation(database: Database, id: string, why: string, operator: Operator): Promise<Halting> {
  return halt(database, id, operator, {
    action: 'operation.stop',
    from: ['running'],
    write: async (tx) =>
      tx.query(
        `update erpsync.operation
            set state = 'stopped', why = $2, changed_by = $3, lease_owner = null, lease_until = null
          where id = $1`,
        [id, why, operator.actor],
      ),
  })
}

/** Has nothing more sent for good. What was sent cannot be called back, and gets its outcome. */
export async function cancelOperation(
  database: Database,
  id: string,
  why: string,
  operator: Operator,
): Promise<Halting> {
  return halt(database, id, operator, {
    action: 'operation.cancel',
    from: ['planned', 'running', 'paused', 'stopped'],
    write: async (tx) => {
      await tx.query(
        `update erpsync.operation_item
            set state = 'skipped', why = 'cancelled before it was sent', decided_at = now()
          where operation_id = $1
            and state in ('planned', 'pending')`,
        [id],
      )
      await tx.query(
        `update erpsync.operation
            set state = 'cancelled', why = $2, changed_by = $3, finished_at = now(),
                lease_owner = null, lease_until = null
          where id = $1`,
        [id, why, operator.actor],
      )
    },
  })
}

interface Halt {
  readonly action: 'operation.pause' | 'operation.stop' | 'operation.cancel'
  readonly from: readonly OperationState[]
  readonly write: (tx: Transaction) => Promise<unknown>
}

async function halt(database: Database, id: string, operator: Operator, {action, from, write}: Halt): Promise<Halting> {
  return database.transaction(async (tx) => {
    const before = await lockOperation(tx, id)
    if (before === undefined) return {kind: 'unknown'}
    if (!from.includes(before.state)) return {kind: 'wrong_state', operation: before}
    await write(tx)
    const operation = (await lockOperation(tx, id)) ?? before
    await recordAction(tx, operator, {
      action,
      operationId: id,
      before: {state: before.state},
      after: {state: operation.state, why: operation.why, ...operation.counts},
    })
    return {kind: 'halted', operation}
  })
}
