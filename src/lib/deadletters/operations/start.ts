import type {Database, Queryable, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {lockOperation, type Operation, type OperationState} from './operation.js'

/** What stands against it that somebody begins, or goes on with, an operation. */
export type Refusal =
  | {readonly kind: 'unknown'}
  | {readonly kind: 'wrong_state'; readonly operation: Operation}
  /** Another process is at it, and its lease lasts. */
  | {readonly kind: 'owned'; readonly operation: Operation; readonly owner: string}
  /** Letters of it are in another live operation. */
  | {readonly kind: 'taken'; readonly letters: number; readonly by: Holder}

/** The operation that has letters which another one wants. */
export interface Holder {
  readonly id: string
  readonly createdBy: string
  readonly state: OperationState
}

/** What the process that carries an operation out is called, and how long nobody else may if it says nothing. */
export interface Lease {
  readonly owner: string
  readonly leaseMs: number
}

/**
 * Begins a planned operation: from now on its letters are its own. All of them
 * or none: if another live operation has one of them, nothing is begun.
 */
export async function startOperation(
  database: Database,
  id: string,
  {lease, perKey}: {readonly lease: Lease; readonly perKey: number | null},
  operator: Operator,
): Promise<{readonly kind: 'started'} | Refusal> {
  return database.transaction(async (tx) => {
    await lockClaims(tx)
    const operation = await lockOperation(tx, id)
    if (operation === undefined) return {kind: 'unknown'}
    if (operation.state !== 'planned') return {kind: 'wrong_state', operation}
    const taken = await findTaken(tx, id)
    if (taken !== undefined) return {kind: 'taken', ...taken}

    await tx.query(
      `update erpsync.operation_item set state = 'pending' where operation_id = $1 and state = 'planned'`,
      [id],
    )
    await makeReady(tx, id, perKey)
    await tx.query(
      `update erpsync.operation
          set state = 'running', started_at = now(), round = 1, changed_by = $2,
              lease_owner = $3, lease_until = clock_timestamp() + $4 * interval '1 millisecond'
        where id = $1`,
      [id, operator.actor, lease.owner, lease.leaseMs],
    )
    const {kind, query, counts} = operation
    await recordAction(tx, operator, {
      action: 'operation.start',
      operationId: id,
      after: {kind, query, letters: counts.letters, skipped: counts.skipped},
    })
    return {kind: 'started'}
  })
}

/**
 * Held, until the transaction ends, by whoever makes letters an operation's own:
 * two that want the same ones come one after the other, and the second is told.
 */
export async function lockClaims(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('erpsync.operation_item', 0))`)
}

/**
 * Marks which pending items may be sent: of each key the first so many, counting
 * those that are on their way; all of them if `perKey` is null.
 */
export async function makeReady(tx: Transaction, id: string, perKey: number | null): Promise<void> {
  await tx.query(
    `update erpsync.operation_item i
        set ready = ranked.ready
       from (select position,
                    $2::integer is null
                    or row_number() over (partition by flow, business_key order by state = 'sent' desc, position) <= $2 as ready
               from erpsync.operation_item
              where operation_id = $1
                and state in ('pending', 'sent')) ranked
      where i.operation_id = $1
        and i.position = ranked.position
        and i.state = 'pending'
        and i.ready <> ranked.ready`,
    [id, perKey],
  )
}

async function findTaken(
  database: Queryable,
  id: string,
): Promise<{readonly letters: number; readonly by: Holder} | undefined> {
  const {rows} = await database.query<{id: string; created_by: string; state: OperationState; letters: number}>(
    `select o.id, o.created_by, o.state, count(*)::integer as letters
       from erpsync.operation_item mine
       join erpsync.operation_item theirs on theirs.letter_id = mine.letter_id
       join erpsync.operation o on o.id = theirs.operation_id
      where mine.operation_id = $1
        and mine.state = 'planned'
        and theirs.state in ('pending', 'sent')
      group by o.id
      order by letters desc
      limit 1`,
    [id],
  )
  const [row] = rows
  return row && {letters: row.letters, by: {id: row.id, createdBy: row.created_by, state: row.state}}
}
