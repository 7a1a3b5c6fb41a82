import type {Database} from '#lib/db/database.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {type Lease, lockRun, type ResyncRun, type RunState} from './resync-run.js'

/** What stands against it that somebody changes a run, or goes on with it. */
export type Refusal =
  | {readonly kind: 'unknown'}
  | {readonly kind: 'wrong_state'; readonly run: ResyncRun}
  /** Another process is at it, and its lease lasts. */
  | {readonly kind: 'owned'; readonly run: ResyncRun; readonly owner: string}

export type Changing = {readonly kind: 'changed'; readonly run: ResyncRun} | Refusal

/** Has nothing more sent until it is resumed: because a person has said so, or a guard. What is on its way goes on. */
export async function haltRun(
  database: Database,
  id: string,
  {state, why}: {readonly state: 'paused' | 'stopped'; readonly why: string},
  operator: Operator,
): Promise<Changing> {
  return change(database, id, operator, {
    action: state === 'paused' ? 'resync.pause' : 'resync.stop',
    from: ['running'],
    sql: [
      {
        text: `update erpsync.resync_run
                  set state = $2, why = $3, changed_by = $4, lease_owner = null, lease_until = null
                where id = $1`,
        values: [state, why, operator.actor],
      },
    ],
  })
}

/** Has nothing more sent for good. What was sent cannot be called back, and gets its outcome. */
export async function cancelRun(database: Database, id: string, operator: Operator): Promise<Changing> {
  return change(database, id, operator, {
    action: 'resync.cancel',
    from: ['running', 'paused', 'stopped'],
    sql: [
      {
        text: `update erpsync.resync_item
                  set state = 'skipped', why = 'cancelled before it was sent', decided_at = now()
                where run_id = $1
                  and state = 'pending'`,
        values: [],
      },
      {
        text: `update erpsync.resync_run
                  set state = 'cancelled', why = $2, changed_by = $3, finished_at = now(),
                      lease_owner = null, lease_until = null
                where id = $1`,
        values: [operator.reason, operator.actor],
      },
    ],
  })
}

/**
 * Goes on with a run that is paused, was stopped, or was left by a process that
 * ended without a word. After a stop a new canary goes first. What failed is not
 * sent again: it has a letter, which `dlq replay` sends.
 */
export async function resumeRun(
  database: Database,
  id: string,
  {owner, leaseMs}: Lease,
  operator: Operator,
): Promise<Changing> {
  return change(database, id, operator, {
    action: 'resync.resume',
    from: ['running', 'paused', 'stopped'],
    sql: [
      {
        text: `update erpsync.resync_run
                  set round            = round + case when state = 'stopped' then 1 else 0 end,
                      round_sent       = case when state = 'stopped' then 0 else round_sent end,
                      round_ok         = case when state = 'stopped' then 0 else round_ok end,
                      round_failed     = case when state = 'stopped' then 0 else round_failed end,
                      canary_passed_at = case when state = 'stopped' then null else canary_passed_at end,
                      state            = 'running',
                      why              = null,
                      changed_by       = $2,
                      lease_owner      = $3,
                      lease_until      = clock_timestamp() + $4 * interval '1 millisecond'
                where id = $1`,
        values: [operator.actor, owner, leaseMs],
      },
    ],
  })
}

interface Change {
  readonly action: 'resync.pause' | 'resync.stop' | 'resync.cancel' | 'resync.resume'
  readonly from: readonly RunState[]
  /** With the id as `$1`. */
  readonly sql: readonly {readonly text: string; readonly values: readonly unknown[]}[]
}

async function change(
  database: Database,
  id: string,
  operator: Operator,
  {action, from, sql}: Change,
): Promise<Changing> {
  return database.transaction(async (tx) => {
    const before = await lockRun(tx, id)
    if (before === undefined) return {kind: 'unknown'}
    if (!from.includes(before.state)) return {kind: 'wrong_state', run: before}
    if (action === 'resync.resume' && before.owner !== null) return {kind: 'owned', run: before, owner: before.owner}
    for (const {text, values} of sql) await tx.query(text, [id, ...values])
    const run = (await lockRun(tx, id)) ?? before
    await recordAction(tx, operator, {
      action,
      operationId: id,
      flow: run.flow,
      before: {state: before.state, why: before.why},
      after: {state: run.state, why: run.why, ...run.counts},
    })
    return {kind: 'changed', run}
  })
}
