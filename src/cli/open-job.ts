import {hostname} from 'node:os'
import type {Database} from '#lib/db/database.js'
import {jobEnd, type JobFacts} from '#lib/jobs/job-end.js'
import type {JobRun} from '#lib/jobs/job-run.js'
import {type JobRequest, recordLockedOut, startJob} from '#lib/jobs/start-job.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {commandText} from './command-text.js'
import type {JobFlags} from './job-flags.js'
import {isTimedOut} from './stop-on-signal.js'

/** What a command that runs as a job prints under `--json` where another process runs it. */
export interface LockedOut {
  readonly lockedOut: {readonly job: string; readonly by: Pick<JobRun, 'id' | 'host' | 'pid' | 'startedAt'> | null}
}

export type OpenedJob =
  | {
      readonly kind: 'opened'
      /** Keeps what is to be written down with the run; the latest counts. */
      readonly tell: (facts: JobFacts) => void
      readonly end: (exitCode: number, error: unknown) => Promise<void>
    }
  | ({readonly kind: 'locked_out'} & LockedOut)

/**
 * Begins a run of the job that the flags name; without one, nothing is kept.
 *
 * @throws ErpSyncError 75 if another process runs it, unless `--if-locked skip` says that this is no matter.
 */
export async function openJob(
  database: Database | null,
  {job, 'if-locked': ifLocked}: JobFlags,
  {startedBy, signal}: {readonly startedBy: string; readonly signal: AbortSignal},
): Promise<OpenedJob> {
  if (job === undefined || database === null) return {kind: 'opened', tell: () => {}, end: async () => {}}
  const request: JobRequest = {
    job,
    startedBy,
    host: hostname(),
    pid: process.pid,
    command: commandText(process.argv.slice(2)),
  }
  const started = await startJob(database, request)
  if (started.kind === 'locked') return lockedOut(database, request, started.by, ifLocked === 'skip')
  let facts: JobFacts = {}
  return {
    kind: 'opened',
    tell: (more) => {
      facts = {...facts, ...more}
    },
    end: async (exitCode, error) => started.end(jobEnd({exitCode, error, isTimedOut: isTimedOut(signal)}, facts)),
  }
}

async function lockedOut(
  database: Database,
  request: JobRequest,
  by: JobRun | null,
  isNoMatter: boolean,
): Promise<OpenedJob> {
  const {job} = request
  const whom = by === null ? 'another process' : `${by.host}, process ${by.pid}, since ${by.startedAt.toISOString()}`
  const exitCode = isNoMatter ? exitCodes.ok : exitCodes.locked
  await recordLockedOut(database, request, {exitCode, why: `run by ${whom}`})
  if (!isNoMatter) {
    throw new ErpSyncError(`Job ${job} is run by ${whom}.`, {
      code: 'job_locked',
      exitCode: exitCodes.locked,
      hint: `Look how it stands: erpsync job show ${job}. With --if-locked skip this is no failure.`,
    })
  }
  return {
    kind: 'locked_out',
    lockedOut: {job, by: by && {id: by.id, host: by.host, pid: by.pid, startedAt: by.startedAt}},
  }
}
