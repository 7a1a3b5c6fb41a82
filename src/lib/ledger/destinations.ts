import type {Queryable, Transaction} from '#lib/db/database.js'

/** Calls in a row that found a destination away; null if the last one found it there. */
export interface Failures {
  readonly count: number
  readonly lastAt: Date
  readonly lastCode: string
}

/**
 * The breaker of a destination:
 *
 * - `closed`: calls go through
 * - `open`: the destination is away; deliveries wait until a probe may be tried
 * - `half_open`: one message tries whether the destination is back; the others wait
 */
export type BreakerState =
  | {readonly kind: 'closed'; readonly failures: Failures | null}
  | {readonly kind: 'open'; readonly failures: Failures; readonly openedAt: Date; readonly probeAt: Date}
  | {
      readonly kind: 'half_open'
      readonly failures: Failures
      readonly openedAt: Date
      readonly probeOwner: string
      /** Should the owner say nothing until then, another may try. */
      readonly probeUntil: Date
    }

/** What all workers know of a destination. */
export interface DestinationState {
  readonly name: string
  readonly breaker: BreakerState
  /** Whether a message may try now whether the destination is back. */
  readonly isProbeDue: boolean
  /** The concurrency found by observation; null until it was first adapted. */
  readonly adaptiveLimit: number | null
}

/** A destination that nobody else changes until the transaction ends. */
export interface LockedDestination extends DestinationState {
  /** The database's time: one clock for all hosts. */
  readonly now: Date
  /** Since the limit was last adapted; null if it never was. */
  readonly adaptedAgoMs: number | null
}

/** Makes sure that there is a row to lock for each. */
export async function registerDestinations(database: Queryable, names: readonly string[]): Promise<void> {
  await database.query(
    `insert into erpsync.destination (name)
     select unnest($1::text[])
         on conflict do nothing`,
    [names],
  )
}

export async function readDestinations(
  database: Queryable,
  names: readonly string[],
): Promise<readonly DestinationState[]> {
  const {rows} = await database.query<DestinationRow>(
    `select ${stateColumns}
       from erpsync.destination
      where name = any ($1)`,
    [names],
  )
  return rows.map(toState)
}

/** Locks a destination, registered before, until the transaction ends. */
export async function lockDestination(tx: Transaction, name: string): Promise<LockedDestination> {
  const {rows} = await tx.query<DestinationRow & {now: Date; adapted_ago_ms: number | null}>(
    `select ${stateColumns}, clock_timestamp() as now,
            (extract(epoch from clock_timestamp() - adapted_at) * 1000)::float8 as adapted_ago_ms
       from erpsync.destination
      where name = $1
        for update`,
    [name],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`destination ${name} is not registered`)
  return {...toState(row), now: row.now, adaptedAgoMs: row.adapted_ago_ms}
}

export async function writeBreaker(tx: Transaction, name: string, state: BreakerState): Promise<void> {
  const {failures} = state
  await tx.query(
    `update erpsync.destination
        set breaker        = $2,
            failures       = $3,
            last_failed_at = $4,
            last_failure   = $5,
            opened_at      = $6,
            probe_at       = $7,
            probe_owner    = $8,
            probe_until    = $9
      where name = $1`,
    [
      name,
      state.kind,
      failures?.count ?? 0,
      failures?.lastAt ?? null,
      failures?.lastCode ?? null,
      state.kind === 'closed' ? null : state.openedAt,
      state.kind === 'open' ? state.probeAt : null,
      state.kind === 'half_open' ? state.probeOwner : null,
      state.kind === 'half_open' ? state.probeUntil : null,
    ],
  )
}

/** Lets one of all workers try whether the destination is back. True for that one, until its lease ends. */
export async function takeProbe(
  database: Queryable,
  name: string,
  {owner, leaseMs}: {readonly owner: string; readonly leaseMs: number},
): Promise<boolean> {
  const {rowCount} = await database.query(
    `update erpsync.destination
        set breaker     = 'half_open',
            probe_at    = null,
            probe_owner = $2,
            probe_until = clock_timestamp() + $3 * interval '1 millisecond'
      where name = $1
        and ${probeIsDue}`,
    [name, owner, leaseMs],
  )
  return rowCount === 1
}

export async function writeAdaptiveLimit(tx: Transaction, name: string, limit: number): Promise<void> {
  await tx.query(
    `update erpsync.destination
        set adaptive_limit = $2, adapted_at = clock_timestamp()
      where name = $1`,
    [name, limit],
  )
}

const probeIsDue = `(breaker <> 'closed' and coalesce(probe_at, probe_until) <= clock_timestamp())`

const stateColumns = `name, breaker, failures, last_failed_at, last_failure, opened_at, probe_at, probe_owner,
            probe_until, ${probeIsDue} as is_probe_due, adaptive_limit`

interface DestinationRow {
  readonly name: string
  readonly breaker: BreakerState['kind']
  readonly failures: number
  readonly last_failed_at: Date | null
  readonly last_failure: string | null
  readonly opened_at: Date | null
  readonly probe_at: Date | null
  readonly probe_owner: string | null
  readonly probe_until: Date | null
  readonly is_probe_due: boolean
  readonly adaptive_limit: number | null
}

function toState(row: DestinationRow): DestinationState {
  return {
    name: row.name,
    breaker: toBreaker(row),
    isProbeDue: row.is_probe_due,
    adaptiveLimit: row.adaptive_limit,
  }
}

/** The columns that belong to a state are there: constraints of the table say so. */
function toBreaker(row: DestinationRow): BreakerState {
  const failures = toFailures(row)
  switch (row.breaker) {
    case 'closed':
      return {kind: 'closed', failures: row.failures > 0 ? failures : null}
    case 'open':
      return {kind: 'open', failures, openedAt: row.opened_at as Date, probeAt: row.probe_at as Date}
    case 'half_open':
      return {
        kind: 'half_open',
        failures,
        openedAt: row.opened_at as Date,
        probeOwner: row.probe_owner as string,
        probeUntil: row.probe_until as Date,
      }
  }
}

function toFailures(row: DestinationRow): Failures {
  return {count: row.failures, lastAt: row.last_failed_at as Date, lastCode: row.last_failure as string}
}
