import {hostname} from 'node:os'
import type {Database} from '#lib/db/database.js'
import {type CommandEnd, jobEnd, type JobFacts} from '#lib/jobs/job-end.js'
import {type JobRequest, recordLockedOut, startJob} from '#lib/jobs/start-job.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {commandText} from './command-text.js'
import type {JobFlags} from './job-flags.js'

/** A run of a job that is under way. */
export interface Job {
  /** Takes what is to be written down with the run; what is told later counts. */
  readonly tell: (facts: JobFacts) => void
  readonly end: (end: CommandEnd) => Promise<void>
}

/**
 * Begins a run of the job that the flags name; without one, nothing is kept.
 *
 * @throws ErpSyncError 75 if another process runs it, 0 if the flags say that this is no matter.
 */
export async function openJob(database: Database | null, {actor, job, 'if-locked': ifLocked}: JobFlags): Promise<Job> {
  if (job === undefined || database === null) return {tell: () => {}, end: async () => {}}
  const command = commandText(process.argv.slice(2))
  const request: JobRequest = {job, startedBy: actor, host: hostname(), pid: process.pid, command}
  const started = await startJob(database, request)
  if (started.kind === 'locked') {
    const {by} = started
    const whom = by === null ? 'another process' : `${by.host}, process ${by.pid}, since ${by.startedAt.toISOString()}`
    const exitCode = ifLocked === 'skip' ? exitCodes.ok : exitCodes.locked
    await recordLockedOut(database, request, {exitCode, why: `run by ${whom}`})
    throw new ErpSyncError(`Job ${job} is run by ${whom}.`, {
      code: 'job_locked',
      exitCode,
      hint: `Look how it stands: erpsync job show ${job}. With --if-locked skip this is no failure.`,
    })
  }
  let facts: JobFacts = {}
  return {
    tell: (more) => {
      facts = {...facts, ...more}
    },
    end: async (end) => started.end(jobEnd(end, facts)),
  }
}
