import type {Database} from '#lib/db/database.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {type Operator, recordAction} from '#lib/ledger/trail.js'
import {deleteJob, lockOfJob} from './job-run.js'

/**
 * Forgets a job with all its runs, such as one that was renamed. One that is in
 * the configuration stays in the list; it has then never run.
 *
 * @returns how many runs were removed.
 * @throws ErpSyncError 75 if it is running.
 */
export async function forgetJob(database: Database, job: string, operator: Operator): Promise<number> {
  const hold = await database.hold(lockOfJob(job))
  if (hold === undefined) {
    throw new ErpSyncError(`Job ${job} is running.`, {
      code: 'job_locked',
      exitCode: exitCodes.locked,
      hint: `Wait for its end: erpsync job show ${job}`,
    })
  }
  try {
    return await database.transaction(async (tx) => {
      const runs = await deleteJob(tx, job)
      await recordAction(tx, operator, {action: 'job.forget', before: {job, runs}})
      return runs
    })
  } finally {
    await hold.release()
  }
}
