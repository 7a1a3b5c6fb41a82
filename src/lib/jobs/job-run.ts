import type {Queryable, Transaction} from '#lib/db/database.js'

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

/** The run that is under way, if its process has come so far as to say so. */
export async function findUnderWay(database: Queryable, job: string): Promise<JobRun | undefined> {
  const {rows} = await database.query<JobRunRow>(
    `select ${jobRunColumns}
       from erpsync.job_run r
      where r.job = $1
        and r.outcome is null
        and ${isHeld('r.job')}
      order by r.seq desc
      limit 1`,
    [job],
  )
  return rows[0] && toJobRun(rows[0])
}

/** Whether a process holds the lock of a job. Advisory locks of one bigint show their halves as classid and objid. */
function isHeld(job: string): string {
  return `exists (select
                from pg_locks l, hashtextextended('erpsync.job.' || ${job}, 0) h
               where l.locktype = 'advisory'
                 and l.objsubid = 1
                 and l.granted
                 and l.database = (select oid from pg_database where datname = current_database())
                 and l.classid::bigint = (h >> 32) & 4294967295
                 and l.objid::bigint = h & 4294967295)`
}

const jobRunColumns = `r.id, r.job, r.started_at, r.started_by, r.host, r.pid, r.command, r.outcome, r.finished_at,
            r.exit_code, r.run_id, r.counts, r.why`

const brokenOffWhy = 'its process ended without a word: killed, or the host went down'

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
}

function toJobRun(row: JobRunRow): JobRun {
  return {
    id: row.id,
    job: row.job,
    startedAt: row.started_at,
    startedBy: row.started_by,
    host: row.host,
    pid: row.pid,
    command: row.command,
    outcome: row.outcome,
    finishedAt: row.finished_at,
    exitCode: row.exit_code,
    runId: row.run_id,
    counts: row.counts,
    why: row.why,
  }
}
