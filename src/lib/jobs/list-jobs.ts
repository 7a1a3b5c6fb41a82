import type {Config} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {expectNext} from './expect-next.js'
import {type JobRun, type KnownJob, listJobRuns, listKnownJobs} from './job-run.js'

/** A job: what is known of it by its runs, and by the configuration. */
export interface Job {
  readonly name: string
  /** As the configuration has it; null if it is not there. */
  readonly schedule: {readonly cron: string; readonly zone: string} | null
  /** The newest run that was not locked out; null if there was none. */
  readonly lastRun: JobRun | null
  readonly lastSuccess: {readonly startedAt: Date; readonly finishedAt: Date} | null
  /** Null if nothing tells when it should start. */
  readonly nextExpected: {readonly at: Date; readonly by: 'schedule' | 'habit'} | null
  readonly isOverdue: boolean
}

/** All jobs that have run or are configured, by name. */
export async function listJobs({jobs}: Config, database: Database, now: Date): Promise<readonly Job[]> {
  const known = new Map((await listKnownJobs(database, null)).map((job) => [job.name, job]))
  const names = [...new Set([...known.keys(), ...Object.keys(jobs)])].toSorted()
  const all: Job[] = []
  for (const name of names) all.push(await describeJob({jobs}, database, known.get(name) ?? unseen(name), now))
  return all
}

/**
 * The job of that name.
 *
 * @throws ErpSyncError 2 with the nearest name if it never ran and is not configured.
 */
export async function findJob({jobs, path}: Config, database: Database, name: string, now: Date): Promise<Job> {
  const [known] = await listKnownJobs(database, name)
  if (known !== undefined || Object.hasOwn(jobs, name)) return describeJob({jobs}, database, known ?? unseen(name), now)
  const names = [...Object.keys(jobs), ...(await listKnownJobs(database, null)).map((job) => job.name)]
  throw new ErpSyncError(`No job "${name}" has run, and ${path} has none.${didYouMean(name, names)}`, {
    code: 'unknown_job',
    exitCode: exitCodes.usage,
    hint: 'See which there are: erpsync job list',
  })
}

async function describeJob(
  {jobs}: Pick<Config, 'jobs'>,
  database: Database,
  {name, lastSuccess, starts}: KnownJob,
  now: Date,
): Promise<Job> {
  const settings = jobs[name]
  const [lastRun = null] = await listJobRuns(database, name, {limit: 1, onlyStarted: true})
  const expected = expectNext(settings, starts, now)
  return {
    name,
    schedule: settings === undefined ? null : {cron: settings.schedule, zone: settings.zone},
    lastRun,
    lastSuccess,
    nextExpected: expected === undefined ? null : {at: expected.at, by: expected.by},
    isOverdue: expected?.isOverdue ?? false,
  }
}

function unseen(name: string): KnownJob {
  return {name, lastSuccess: null, starts: []}
}
