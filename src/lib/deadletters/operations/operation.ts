import type {Queryable, Transaction} from '#lib/db/database.js'
import {isRunId, newRunId} from '#lib/kernel/run-id.js'
import type {Operator} from '#lib/ledger/trail.js'
import {type Guards, readGuards} from '#lib/metering/guards.js'
import type {Metered} from '#lib/metering/memory.js'

/**
 * - `planned`: its letters are frozen; nothing was sent, and nobody is kept from them
 * - `running`: carried out by the owner of its lease; without one, what was sent gets its outcomes all the same
 * - `paused`: a person, or Ctrl-C, has said so
 * - `stopped`: a guard has said so
 * - `finished`: every letter has its outcome
 * - `cancelled`: nothing more is sent, for good
 */
export type OperationState = 'planned' | 'running' | 'paused' | 'stopped' | 'finished' | 'cancelled'

/** What is done to the letters. */
export type OperationKind = 'replay' | 'fix' | 'discard'

/** How many letters of an operation stand how. */
export interface OperationCounts {
  readonly letters: number
  /** Not sent yet. */
  readonly pending: number
  /** Sent, without an outcome. */
  readonly sent: number
  /** SAP has it by now, or a newer version or a person ended its message. */
  readonly resolved: number
  /** Dead again in the group it came from. */
  readonly failedSame: number
  /** Dead again in another group. */
  readonly failedNew: number
  /** Looked up and found: not sent. */
  readonly alreadyInSap: number
  readonly skipped: number
}

/** Something done to many dead letters, frozen, metered and accounted for. */
export interface Operation {
  readonly id: string
  readonly kind: OperationKind
  readonly state: OperationState
  readonly query: string
  readonly guards: Guards
  readonly createdAt: Date
  readonly createdBy: string
  readonly host: string
  readonly reason: string
  readonly ticket: string | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly changedBy: string
  /** Why it is paused, stopped or cancelled. */
  readonly why: string | null
  /** The process that carries it out, while its lease lasts. */
  readonly owner: string | null
  readonly counts: OperationCounts
  /** Since the start, or the start after the last stop. */
  readonly round: {readonly number: number; readonly sent: number; readonly ok: number; readonly failed: number}
  readonly canaryPassed: boolean
}

export function newOperationId(): string {
  return newRunId('R')
}

/** Whether a text has the form of such an id. */
export function isOperationId(text: string): boolean {
  return isRunId('R', text)
}

export async function findOperation(database: Queryable, id: string): Promise<Operation | undefined> {
  const {rows} = await database.query<OperationRow>(
    `select ${operationColumns} from erpsync.operation o where id = $1`,
    [id],
  )
  return rows[0] && toOperation(rows[0])
}

/**
 * Locks an operation until the transaction ends: before its items, and before
 * the keys, messages and letters they are about. Whoever changes any of them for
 * an operation does so under this lock: no deadlocks.
 */
export async function lockOperation(tx: Transaction, id: string): Promise<Operation | undefined> {
  const {rows} = await tx.query<OperationRow>(
    `select ${operationColumns} from erpsync.operation o where id = $1 for update`,
    [id],
  )
  return rows[0] && toOperation(rows[0])
}

/** Operations, newest first. */
export async function listOperations(
  database: Queryable,
  {states, limit}: {readonly states: readonly OperationState[]; readonly limit: number},
): Promise<readonly Operation[]> {
  const {rows} = await database.query<OperationRow>(
    `select ${operationColumns}
       from erpsync.operation o
      where state = any ($1::text[])
      order by seq desc
      limit $2`,
    [states, limit],
  )
  return rows.map(toOperation)
}

/** The flows of its letters. */
export async function flowsOf(database: Queryable, id: string): Promise<readonly string[]> {
  const {rows} = await database.query<{flow: string}>(
    'select distinct flow from erpsync.operation_item where operation_id = $1',
    [id],
  )
  return rows.map(({flow}) => flow)
}

/** An operation as its guards see it. */
export function meteredOf({guards, counts: {letters, pending, sent}, round, canaryPassed}: Operation): Metered {
  return {guards, items: letters, pending, inFlight: sent, round, canaryPassed}
}

/** Who began an operation, for what happens when none of their commands is running any more. */
export function beginnerOf({createdBy, host, reason, ticket}: Operation): Operator {
  return {actor: createdBy, host, command: 'worker start', reason, ticket}
}

const operationColumns = `o.id, o.kind, o.state, o.query, o.guards, o.created_at, o.created_by, o.host, o.reason, o.ticket, o.started_at,
            o.finished_at, o.changed_by, o.why, case when o.lease_until > clock_timestamp() then o.lease_owner end as owner,
            o.letters, o.pending, o.sent, o.resolved, o.failed_same, o.failed_new, o.already_in_sap, o.skipped,
            o.round, o.round_sent, o.round_ok, o.round_failed, o.canary_passed_at is not null as canary_passed`

interface OperationRow {
  readonly id: string
  readonly kind: OperationKind
  readonly state: OperationState
  readonly query: string
  readonly guards: unknown
  readonly created_at: Date
  readonly created_by: string
  readonly host: string
  readonly reason: string
  readonly ticket: string | null
  readonly started_at: Date | null
  readonly finished_at: Date | null
  readonly changed_by: string
  readonly why: string | null
  readonly owner: string | null
  readonly letters: number
  readonly pending: number
  readonly sent: number
  readonly resolved: number
  readonly failed_same: number
  readonly failed_new: number
  readonly already_in_sap: number
  readonly skipped: number
  readonly round: number
  readonly round_sent: number
  readonly round_ok: number
  readonly round_failed: number
  readonly canary_passed: boolean
}

function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    query: row.query,
    guards: readGuards(row.guards),
    createdAt: row.created_at,
    createdBy: row.created_by,
    host: row.host,
    reason: row.reason,
    ticket: row.ticket,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    changedBy: row.changed_by,
    why: row.why,
    owner: row.owner,
    counts: {
      letters: row.letters,
      pending: row.pending,
      sent: row.sent,
      resolved: row.resolved,
      failedSame: row.failed_same,
      failedNew: row.failed_new,
      alreadyInSap: row.already_in_sap,
      skipped: row.skipped,
    },
    round: {number: row.round, sent: row.round_sent, ok: row.round_ok, failed: row.round_failed},
    canaryPassed: row.canary_passed,
  }
}
