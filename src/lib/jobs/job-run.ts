import type {Queryable, Transaction} from '#lib/db/database.js'
import {locksOf} from '#lib/db/hold.js'

/**
 * - `succeeded`: ended with 0
 * - `failed`: ended with another code
 * - `stopped`: a signal ended it
 * - `timed_out`: its time limit ended it
 * - `locked_out`: did nothing, since another run was under way; with 0 if it was told to be content with that
 * - `broken_off`: its process is gone and has not said how it ended
 */
export type JobOutcome = 'succeeded' | 'failed' | 'stopped' | 'timed_out' | 'locked_out' | 'broken_off'

export interface JobRun {
  readonly id: string
  readonly job: string
  readonly startedAt: Date
  readonly startedBy: string
  readonly host: string
  readonly pid: number
  /** What was typed, secrets masked. */
  readonly command: string
  /** Null while it is under way. */
  readonly outcome: JobOutcome | null
  /** Null while it is under way, and if it was broken off. */
  readonly finishedAt: Date | null
  readonly exitCode: number | null
  /** The push run or resync that it was about. */
  readonly runId: string | null
  readonly counts: Readonly<Record<string, number>> | null
  readonly why: string | null
}

export type NewJobRun = Pick<JobRun, 'id' | 'job' | 'startedBy' | 'host' | 'pid' | 'command'>

/** How a run ended, and what it has to tell. */
export interface JobEnd {
  readonly outcome: Exclude<JobOutcome, 'broken_off'>
  readonly exitCode: number
  readonly runId: string | null
  readonly counts: Readonly<Record<string, number>> | null
  readonly why: string | null
}

/** The name of the lock that is held by whoever runs a job. */
export function lockOfJob(job: string): string {
  return `job.${job}`
}

/** Writes a run down before it does anything. */
export async function insertJobRun(
  tx: Transaction,
  {id, job, startedBy, host, pid, command}: NewJobRun,
): Promise<void> {
  await tx.query('insert into erpsync.job (name) values ($1) on conflict do nothing', [job])
  await tx.query(
    `insert into erpsync.job_run (id, job, started_by, host, pid, command) values ($1, $2, $3, $4, $5, $6)`,
    [id, job, startedBy, host, pid, command],
  )
}

/** Notes of runs that say they are under way that they are not. For whoever holds the lock of the job. */
export async function closeBrokenOff(tx: Transaction, job: string): Promise<void> {
  await tx.query(
    `update erpsync.job_run
        set outcome = 'broken_off', why = $2
      where job = $1
        and outcome is null`,
    [job, brokenOffWhy],
  )
}

/** Writes down how a run ended; also if it was meanwhile taken for broken off. */
export async function endJobRun(
  database: Queryable,
  id: string,
  {outcome, exitCode, runId, counts, why}: JobEnd,
): Promise<void> {
  await database.query(
    `update erpsync.job_run
        set outcome = $2, exit_code = $3, run_id = $4, counts = $5, why = $6, finished_at = now()
      where id = $1`,
    [id, outcome, exitCode, runId, counts === null ? null : JSON.stringify(counts), why],
  )
}

/** Removes a job with its runs, and says how many there were. */
export async function deleteJob(tx: Transaction, job: string): Promise<number> {
  const {rowCount} = await tx.query('delete from erpsync.job_run where job = $1', [job])
  await tx.query('delete from erpsync.job where name = $1', [job])
  return rowCount ?? 0
}

/** The run that is under way, if its process has come so far as to say so. */
export async function findUnderWay(database: Queryable, job: string): Promise<JobRun | undefined> {
  const [newest] = await listJobRuns(database, job, {limit: 1, onlyStarted: true})
  return newest?.outcome === null ? newest : undefined
}

/** The last runs of a job, newest first; if asked for, without those that another one locked out. */
export async function listJobRuns(
  database: Queryable,
  job: string,
  {limit, onlyStarted}: {readonly limit: number; readonly onlyStarted: boolean},
): Promise<readonly JobRun[]> {
  const {rows} = await database.query<JobRunRow>(
    `select r.id, r.job, r.started_at, r.started_by, r.host, r.pid, r.command, r.outcome, r.finished_at,
            r.exit_code, r.run_id, r.counts, r.why, ${isHeld} as is_held
       from erpsync.job_run r
      where r.job = $1
        and ($3 = false or r.outcome is distinct from 'locked_out')
      order by r.seq desc
      limit $2`,
    [job, limit, onlyStarted],
  )
  return rows.map(toJobRun)
}

/** A job as its runs show it. */
export interface KnownJob {
  readonly name: string
  readonly lastSuccess: {readonly startedAt: Date; readonly finishedAt: Date} | null
  /** When its last runs started, newest first. */
  readonly starts: readonly Date[]
}

/** Jobs that have run, by name; all of them, or that one. */
export async function listKnownJobs(database: Queryable, name: string | null): Promise<readonly KnownJob[]> {
  const {rows} = await database.query<KnownJobRow>(
    `select j.name, s.started_at, s.finished_at,
            array(select r.started_at
                    from erpsync.job_run r
                   where r.job = j.name
                     and r.outcome is distinct from 'locked_out'
                   order by r.seq desc
                   limit 20) as starts
       from erpsync.job j
       left join lateral (select r.started_at, r.finished_at
                            from erpsync.job_run r
                           where r.job = j.name
                             and r.outcome = 'succeeded'
                           order by r.seq desc
                           limit 1) s on true
      where $1::text is null or j.name = $1
      order by j.name`,
    [name],
  )
  return rows.map(({name: job, started_at, finished_at, starts}) => ({
    name: job,
    lastSuccess: started_at === null || finished_at === null ? null : {startedAt: started_at, finishedAt: finished_at},
    starts,
  }))
}

/**
 * Whether the process that holds the lock of the job is that of the run: it connected before the run was written down, and
 * one that has just taken the lock after a run that was killed did not.
 */
const isHeld = `exists (select
                      from ${locksOf(`'job.' || r.job`)}
                      join pg_stat_activity a on a.pid = l.pid
                     where coalesce(a.backend_start, '-infinity') <= r.started_at)`

const brokenOffWhy = 'its process ended without a word: killed, or the host went down'

interface KnownJobRow {
  readonly name: string
  readonly started_at: Date | null
  readonly finished_at: Date | null
  readonly starts: readonly Date[]
}

interface JobRunRow {
  readonly id: string
  readonly job: string
  readonly started_at: Date
  readonly started_by: string
  readonly host: string
  readonly pid: number
  readonly command: string
  readonly outcome: JobOutcome | null
  readonly finished_at: Date | null
  readonly exit_code: number | null
  readonly run_id: string | null
  readonly counts: Readonly<Record<string, number>> | null
  readonly why: string | null
  readonly is_held: boolean
}

/** A run that says it is under way while no process runs the job was broken off. */
function toJobRun(row: JobRunRow): JobRun {
  const isBrokenOff = row.outcome === null && !row.is_held
  return {
    id: row.id,
    job: row.job,
    startedAt: row.started_at,
    startedBy: row.started_by,
    host: row.host,
    pid: row.pid,
    command: row.command,
    outcome: isBrokenOff ? 'broken_off' : row.outcome,
    finishedAt: row.finished_at,
    exitCode: row.exit_code,
    runId: row.run_id,
    counts: row.counts,
    why: isBrokenOff ? brokenOffWhy : row.why,
  }
}
