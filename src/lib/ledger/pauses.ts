import type {Queryable, Transaction} from '#lib/db/database.js'

/** What can be paused: all calls to a destination, or the deliveries of one flow. */
export type PauseScope = 'destination' | 'flow'

export interface Pause {
  readonly scope: PauseScope
  readonly name: string
  readonly at: Date
  /** Null until somebody resumes it. */
  readonly until: Date | null
  readonly by: string
  readonly reason: string
}

export interface NewPause {
  readonly scope: PauseScope
  readonly name: string
  /** Null until somebody resumes it. */
  readonly forMs: number | null
  readonly by: string
  readonly reason: string
}

/** The pauses in force. */
export async function readPauses(database: Queryable): Promise<readonly Pause[]> {
  const {rows} = await database.query<PauseRow>(
    `select ${pauseColumns}
       from erpsync.pause
      where paused_until is null
         or paused_until > now()
      order by scope, name`,
  )
  return rows.map(toPause)
}

/** The pause in force, locked until the transaction ends. */
export async function lockPause(tx: Transaction, scope: PauseScope, name: string): Promise<Pause | undefined> {
  const {rows} = await tx.query<PauseRow>(
    `select ${pauseColumns}
       from erpsync.pause
      where scope = $1
        and name = $2
        and (paused_until is null or paused_until > now())
        for update`,
    [scope, name],
  )
  return rows[0] && toPause(rows[0])
}

/** Pauses, in place of whatever pause there is. */
export async function replacePause(tx: Transaction, pause: NewPause): Promise<Pause> {
  const written = await writePause(tx, pause, {evenIfForGood: true})
  if (written === undefined) throw new Error(`pause of ${pause.scope} ${pause.name} was not written`)
  return written
}

/**
 * Pauses, unless there is a pause already that would not end by itself: the
 * first reason is the one to be read.
 *
 * @returns whether this is the pause that holds now.
 */
export async function addPause(tx: Transaction, pause: NewPause): Promise<boolean> {
  return (await writePause(tx, pause, {evenIfForGood: false})) !== undefined
}

/** Ends a pause; gives it, if it was still in force. */
export async function endPause(tx: Transaction, scope: PauseScope, name: string): Promise<Pause | undefined> {
  const {rows} = await tx.query<PauseRow & {in_force: boolean}>(
    `delete from erpsync.pause
      where scope = $1
        and name = $2
     returning ${pauseColumns}, (paused_until is null or paused_until > now()) as in_force`,
    [scope, name],
  )
  return rows[0]?.in_force ? toPause(rows[0]) : undefined
}

async function writePause(
  tx: Transaction,
  {scope, name, forMs, by, reason}: NewPause,
  {evenIfForGood}: {readonly evenIfForGood: boolean},
): Promise<Pause | undefined> {
  const {rows} = await tx.query<PauseRow>(
    `insert into erpsync.pause (scope, name, paused_until, paused_by, reason)
     values ($1, $2, now() + $3::float8 * interval '1 millisecond', $4, $5)
         on conflict (scope, name) do update
        set paused_at    = excluded.paused_at,
            paused_until = excluded.paused_until,
            paused_by    = excluded.paused_by,
            reason       = excluded.reason
      where $6
         or erpsync.pause.paused_until is not null
     returning ${pauseColumns}`,
    [scope, name, forMs, by, reason, evenIfForGood],
  )
  return rows[0] && toPause(rows[0])
}

const pauseColumns = 'scope, name, paused_at, paused_until, paused_by, reason'

interface PauseRow {
  readonly scope: PauseScope
  readonly name: string
  readonly paused_at: Date
  readonly paused_until: Date | null
  readonly paused_by: string
  readonly reason: string
}

function toPause(row: PauseRow): Pause {
  return {
    scope: row.scope,
    name: row.name,
    at: row.paused_at,
    until: row.paused_until,
    by: row.paused_by,
    reason: row.reason,
  }
}
