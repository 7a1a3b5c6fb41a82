import type {Queryable, Transaction} from '#lib/db/database.js'
import type {Operator} from '#lib/ledger/trail.js'
import {type Guards, readGuards} from '#lib/metering/guards.js'
import type {InternalKind} from '#lib/resync/internal/internal-side.js'
import type {Metered} from '#lib/metering/memory.js'

/**
 * - `running`: carried out by the owner of its lease; without one, what was sent gets its outcomes all the same
 * - `paused`: a person, or Ctrl-C, has said so
 * - `stopped`: a guard has said so
 * - `finished`: every key has its outcome
 * - `cancelled`: nothing more is sent, for good
 */
export const runStates = ['running', 'paused', 'stopped', 'finished', 'cancelled'] as const

export type RunState = (typeof runStates)[number]

/** How many keys of a run stand how. */
export interface RunCounts {
  readonly keys: number
  /** Not sent yet. */
  readonly pending: number
  /** Sent, without an outcome. */
  readonly sent: number
  /** SAP has it. */
  readonly resolved: number
  /** Its message is dead. */
  readonly failed: number
  readonly skipped: number
}

/** The sending of what a plan found, frozen, metered and accounted for. */
export interface ResyncRun {
  readonly id: string
  readonly flow: string
  readonly state: RunState
  /** Which keys were compared, in words. */
  readonly selection: string
  /** Who says what is sent. */
  readonly internal: InternalKind
  readonly guards: Guards
  /** When it may send, with its time zone; null for always. */
  readonly window: string | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly host: string
  readonly reason: string
  readonly ticket: string | null
  readonly finishedAt: Date | null
  readonly changedBy: string
  /** Why it is paused, stopped or cancelled. */
  readonly why: string | null
  /** The process that carries it out, while its lease lasts. */
  readonly owner: string | null
  readonly counts: RunCounts
  /** Since the start, or the start after the last stop. */
  readonly round: {readonly number: number; readonly sent: number; readonly ok: number; readonly failed: number}
  readonly canaryPassed: boolean
}

/** What the process that carries a run out is called, and how long nobody else may if it says nothing. */
export interface Lease {
  readonly owner: string
  readonly leaseMs: number
}

export async function findRun(database: Queryable, id: string): Promise<ResyncRun | undefined> {
  const {rows} = await database.query<RunRow>(`select ${runColumns} from erpsync.resync_run where id = $1`, [id])
  return rows[0] && toRun(rows[0])
}

/**
 * Locks a run until the transaction ends: behind the keys and messages it is
 * about, and before its items and the end of the trail.
 */
export async function lockRun(tx: Transaction, id: string): Promise<ResyncRun | undefined> {
  const {rows} = await tx.query<RunRow>(`select ${runColumns} from erpsync.resync_run where id = $1 for update`, [id])
  return rows[0] && toRun(rows[0])
}

/** Runs, newest first. */
export async function listRuns(
  database: Queryable,
  {states, limit}: {readonly states: readonly RunState[]; readonly limit: number},
): Promise<readonly ResyncRun[]> {
  const {rows} = await database.query<RunRow>(
    `select ${runColumns}
       from erpsync.resync_run
      where state = any ($1::text[])
      order by seq desc
      limit $2`,
    [states, limit],
  )
  return rows.map(toRun)
}

/** Extends the lease of the process that carries a run out. False if it is another's by now, or the run is halted. */
export async function renewLease(tx: Transaction, id: string, {owner, leaseMs}: Lease): Promise<boolean> {
  const {rowCount} = await tx.query(
    `update erpsync.resync_run
        set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
      where id = $1
        and state = 'running'
        and lease_owner = $2`,
    [id, owner, leaseMs],
  )
  return rowCount === 1
}

/** A run as its guards see it. */
export function meteredOf({guards, counts: {keys, pending, sent}, round, canaryPassed}: ResyncRun): Metered {
  return {guards, items: keys, pending, inFlight: sent, round, canaryPassed}
}

/** Who began a run, for what happens when none of their commands is running any more. */
export function beginnerOf({createdBy, host, reason, ticket}: ResyncRun): Operator {
  return {actor: createdBy, host, command: 'worker start', reason, ticket}
}

const runColumns = `id, flow, state, selection, internal, guards, send_window, created_at, created_by, host, reason, ticket,
            finished_at, changed_by, why, case when lease_until > clock_timestamp() then lease_owner end as owner,
            items, pending, sent, resolved, failed, skipped,
            round, round_sent, round_ok, round_failed, canary_passed_at is not null as canary_passed`

interface RunRow {
  readonly id: string
  readonly flow: string
  readonly state: RunState
  readonly selection: string
  readonly internal: InternalKind
  readonly guards: unknown
  readonly send_window: string | null
  readonly created_at: Date
  readonly created_by: string
  readonly host: string
  readonly reason: string
  readonly ticket: string | null
  readonly finished_at: Date | null
  readonly changed_by: string
  readonly why: string | null
  readonly owner: string | null
  readonly items: number
  readonly pending: number
  readonly sent: number
  readonly resolved: number
  readonly failed: number
  readonly skipped: number
  readonly round: number
  readonly round_sent: number
  readonly round_ok: number
  readonly round_failed: number
  readonly canary_passed: boolean
}

function toRun(row: RunRow): ResyncRun {
  return {
    id: row.id,
    flow: row.flow,
    state: row.state,
    selection: row.selection,
    internal: row.internal,
    guards: readGuards(row.guards),
    window: row.send_window,
    createdAt: row.created_at,
    createdBy: row.created_by,
    host: row.host,
    reason: row.reason,
    ticket: row.ticket,
    finishedAt: row.finished_at,
    changedBy: row.changed_by,
    why: row.why,
    owner: row.owner,
    counts: {
      keys: row.items,
      pending: row.pending,
      sent: row.sent,
      resolved: row.resolved,
      failed: row.failed,
      skipped: row.skipped,
    },
    round: {number: row.round, sent: row.round_sent, ok: row.round_ok, failed: row.round_failed},
    canaryPassed: row.canary_passed,
  }
}
