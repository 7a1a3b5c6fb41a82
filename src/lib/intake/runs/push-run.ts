import type {Queryable, Transaction} from '#lib/db/database.js'
import {locksOf} from '#lib/db/hold.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {insertFiles} from './push-file.js'

/**
 * - `running`: goes on, or was broken off without a word
 * - `stopped`: a signal, a bad line or too many of them ended it; the same push goes on with it
 * - `failed`: something that has nothing to do with the documents ended it; the same push goes on with it
 * - `finished`: everything was read
 */
export type PushState = 'running' | 'stopped' | 'failed' | 'finished'

/** Lines by what became of them. */
export interface PushCounts {
  readonly read: number
  /** Committed; where nothing is written, what would be. */
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
}

export interface PushRun {
  readonly id: string
  readonly flow: string
  readonly state: PushState
  /** Whether a process works on it now. */
  readonly isAlive: boolean
  readonly startedAt: Date
  readonly startedBy: string
  readonly host: string
  readonly resumedAt: Date | null
  readonly finishedAt: Date | null
  readonly why: string | null
  readonly counts: PushCounts
  readonly rejectsFile: string | null
  /** How many bytes of it belong to what is committed. */
  readonly rejectsBytes: number
}

export interface NewPushRun {
  readonly id: string
  readonly flow: string
  readonly inputs: string | null
  readonly files: readonly string[]
  readonly startedBy: string
  readonly host: string
  readonly rejectsFile: string | null
}

/** Writes down a run before its first line is read. */
export async function insertRun(tx: Transaction, run: NewPushRun): Promise<PushRun> {
  const {id, flow, inputs, files, startedBy, host, rejectsFile} = run
  await tx.query(
    `insert into erpsync.push_run (id, flow, inputs, started_by, host, rejects_file, after_seq, until_seq)
     select $1, $2, $3, $4, $5, $6, seq, seq from (select ${lastSeq} as seq) now`,
    [id, flow, inputs, startedBy, host, rejectsFile],
  )
  await insertFiles(tx, id, files)
  return stillThere(await findRun(tx, id))
}

/** Takes an unfinished run up again. */
export async function resumeRun(
  tx: Transaction,
  id: string,
  rejects: {readonly file: string | null; readonly bytes: number},
): Promise<PushRun> {
  await tx.query(
    `update erpsync.push_run
        set state = 'running', why = null, resumed_at = now(), rejects_file = $2, rejects_bytes = $3
      where id = $1`,
    [id, rejects.file, rejects.bytes],
  )
  return stillThere(await findRun(tx, id))
}

/** The run that the same files were last pushed by, if it did not come to its end. */
export async function findUnfinishedRun(
  database: Queryable,
  flow: string,
  inputs: string,
): Promise<PushRun | undefined> {
  const {rows} = await database.query<RunRow>(
    `select ${runColumns}
       from erpsync.push_run r
      where flow = $1
        and inputs = $2
        and state <> 'finished'
      order by seq desc
      limit 1`,
    [flow, inputs],
  )
  return rows[0] && toRun(rows[0])
}

export async function findRun(database: Queryable, id: string): Promise<PushRun | undefined> {
  const {rows} = await database.query<RunRow>(`select ${runColumns} from erpsync.push_run r where id = $1`, [id])
  return rows[0] && toRun(rows[0])
}

/**
 * The run that somebody asks for.
 *
 * @throws ErpSyncError 2 if there is none.
 */
export async function requireRun(database: Queryable, id: string): Promise<PushRun> {
  const run = await findRun(database, id)
  if (run !== undefined) return run
  throw new ErpSyncError(`There is no push run ${id}.`, {
    code: 'unknown_push_run',
    exitCode: exitCodes.usage,
    hint: 'See which there are: erpsync push list',
  })
}

/** Runs, newest first. */
export async function listRuns(
  database: Queryable,
  {flow, limit}: {readonly flow: string | null; readonly limit: number},
): Promise<readonly PushRun[]> {
  const {rows} = await database.query<RunRow>(
    `select ${runColumns}
       from erpsync.push_run r
      where $1::text is null or flow = $1
      order by seq desc
      limit $2`,
    [flow, limit],
  )
  return rows.map(toRun)
}

/** Notes how a run ended; `why` is null only for one that is finished. */
export async function endRun(
  database: Queryable,
  id: string,
  {state, why}: {readonly state: Exclude<PushState, 'running'>; readonly why: string | null},
): Promise<PushRun> {
  await database.query(
    `update erpsync.push_run
        set state = $2, why = $3, finished_at = case when $2 = 'finished' or inputs = '${sourceInputs}' then now() end
      where id = $1`,
    [id, state, why],
  )
  return stillThere(await findRun(database, id))
}

/** Notes that earlier runs that read the source of a flow were broken off. */
export async function closeSourceRuns(database: Queryable, {id, flow}: Pick<PushRun, 'id' | 'flow'>): Promise<void> {
  await database.query(
    `update erpsync.push_run
        set state = 'failed', why = 'broken_off', finished_at = now()
      where flow = $1
        and inputs = '${sourceInputs}'
        and state = 'running'
        and id <> $2`,
    [flow, id],
  )
}

/** Inputs of a run that reads the source of its flow. No later run goes on with it: each begins at the watermark. */
export const sourceInputs = 'source'

/** The name of the lock that a process holds which works on a run. */
export function lockOfRun({flow, inputs, id}: Pick<NewPushRun, 'flow' | 'inputs' | 'id'>): string {
  return `push.${flow}.${inputs ?? id}`
}

/** Whatever a run has brought so far has no greater one. */
export const lastSeq = `coalesce(pg_sequence_last_value(pg_get_serial_sequence('erpsync.message', 'seq')::regclass), 0)`

function stillThere(run: PushRun | undefined): PushRun {
  if (run === undefined) throw new Error('a push run is gone')
  return run
}

const runColumns = `r.id, r.flow, r.state, r.started_at, r.started_by, r.host, r.resumed_at, r.finished_at, r.why,
            r.read, r.accepted, r.duplicate, r.rejected, r.rejects_file, r.rejects_bytes,
            exists (select from ${locksOf(`'push.' || r.flow || '.' || coalesce(r.inputs, r.id)`)}) as is_alive`

interface RunRow {
  readonly id: string
  readonly flow: string
  readonly state: PushState
  readonly started_at: Date
  readonly started_by: string
  readonly host: string
  readonly resumed_at: Date | null
  readonly finished_at: Date | null
  readonly why: string | null
  readonly read: string
  readonly accepted: string
  readonly duplicate: string
  readonly rejected: string
  readonly rejects_file: string | null
  readonly rejects_bytes: string
  readonly is_alive: boolean
}

function toRun(row: RunRow): PushRun {
  return {
    id: row.id,
    flow: row.flow,
    state: row.state,
    isAlive: row.state === 'running' && row.is_alive,
    startedAt: row.started_at,
    startedBy: row.started_by,
    host: row.host,
    resumedAt: row.resumed_at,
    finishedAt: row.finished_at,
    why: row.why,
    counts: {
      read: Number(row.read),
      accepted: Number(row.accepted),
      duplicate: Number(row.duplicate),
      rejected: Number(row.rejected),
    },
    rejectsFile: row.rejects_file,
    rejectsBytes: Number(row.rejects_bytes),
  }
}
