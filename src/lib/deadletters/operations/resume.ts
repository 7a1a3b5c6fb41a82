import type {Database, Transaction} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {lockOperation, type Operation} from './operation.js'
import {type Lease, lockClaims, makeReady, type Refusal, startOperation} from './start.js'

/** `again` letters that had died are to be sent once more. */
export type Resumption = {readonly kind: 'resumed'; readonly again: number} | Refusal

/**
 * Goes on with an operation: one that is paused or was stopped, is planned only,
 * or was left by a process that ended without a word. After a stop, what died in
 * the meantime is sent again, with a new canary first: its cause should be mended.
 */
export async function resumeOperation(
  database: Database,
  id: string,
  lease: Lease,
  operator: Operator,
): Promise<Resumption> {
  const going = {action: 'operation.resume', lease, operator} as const
  const resumption = await database.transaction(
    async (tx): Promise<Resumption | {readonly kind: 'planned'; readonly operation: Operation}> => {
      await lockClaims(tx)
      const operation = await lockOperation(tx, id)
      if (operation === undefined) return {kind: 'unknown'}
      switch (operation.state) {
        case 'planned':
          return {kind: 'planned', operation}
        case 'finished':
        case 'cancelled':
          return {kind: 'wrong_state', operation}
        case 'running':
          if (operation.owner !== null) return {kind: 'owned', operation, owner: operation.owner}
          return goOn(tx, operation, {...going, again: 0})
        case 'paused':
          return goOn(tx, operation, {...going, again: 0})
        case 'stopped': {
          const again = await sendAgain(tx, id, operation.round.number)
          await beginRound(tx, id)
          return goOn(tx, operation, {...going, again})
        }
      }
    },
  )
  if (resumption.kind !== 'planned') return resumption
  const started = await startOperation(database, id, {lease, perKey: resumption.operation.guards.perKey}, operator)
  return started.kind === 'started' ? {kind: 'resumed', again: 0} : started
}

/** Sends again what died again in an operation, by its newest letters; nothing is begun if there is none. */
export async function retryFailed(
  database: Database,
  id: string,
  lease: Lease,
  operator: Operator,
): Promise<Resumption> {
  return database.transaction(async (tx) => {
    await lockClaims(tx)
    const operation = await lockOperation(tx, id)
    if (operation === undefined) return {kind: 'unknown'}
    if (operation.owner !== null) return {kind: 'owned', operation, owner: operation.owner}
    if (operation.state === 'planned' || operation.state === 'cancelled') return {kind: 'wrong_state', operation}
    const again = await sendAgain(tx, id, null)
    if (again === 0) return {kind: 'resumed', again}
    await beginRound(tx, id)
    return goOn(tx, operation, {action: 'operation.retry', lease, operator, again})
  })
}

interface Going {
  readonly action: 'operation.resume' | 'operation.retry'
  readonly lease: Lease
  readonly operator: Operator
  readonly again: number
}

async function goOn(tx: Transaction, before: Operation, {action, lease, operator, again}: Going): Promise<Resumption> {
  await makeReady(tx, before.id, before.guards.perKey)
  await tx.query(
    `update erpsync.operation
        set state = 'running', why = null, finished_at = null, changed_by = $2,
            lease_owner = $3, lease_until = clock_timestamp() + $4 * interval '1 millisecond'
      where id = $1`,
    [before.id, operator.actor, lease.owner, lease.leaseMs],
  )
  await recordAction(tx, operator, {
    action,
    operationId: before.id,
    before: {state: before.state, why: before.why, ...before.counts},
    after: {state: 'running', again},
  })
  return {kind: 'resumed', again}
}

/** Puts what died again back among what is to be sent, with its newest letter, unless that is another operation's. */
async function sendAgain(tx: Transaction, id: string, round: number | null): Promise<number> {
  const {rowCount} = await tx.query(
    `update erpsync.operation_item i
        set letter_id = newest.id, group_id = newest.group_id, state = 'pending', ready = false, why = null, decided_at = null
       from (select failed.position, l.id, l.group_id
               from erpsync.operation_item failed
              cross join lateral (select l.id, l.group_id, l.state
                                    from erpsync.dead_letter l
                                   where l.message_id = failed.message_id
                                   order by l.seq desc
                                   limit 1) l
              where failed.operation_id = $1
                and failed.state in ('failed_same', 'failed_new')
                and ($2::integer is null or failed.round = $2)
                and l.state = 'open'
                and not exists (select from erpsync.operation_item other
                                 where other.letter_id = l.id
                                   and other.state in ('pending', 'sent'))) newest
      where i.operation_id = $1
        and i.position = newest.position`,
    [id, round],
  )
  return rowCount ?? 0
}

async function beginRound(tx: Transaction, id: string): Promise<void> {
  await tx.query(
    `update erpsync.operation
        set round = round + 1, round_sent = 0, round_ok = 0, round_failed = 0, canary_passed_at = null
      where id = $1`,
    [id],
  )
}
