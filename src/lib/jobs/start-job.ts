import type {Database} from '#lib/db/database.js'
import type {Hold} from '#lib/db/hold.js'
import {newRunId} from '#lib/kernel/run-id.js'
import {
  closeBrokenOff,
  endJobRun,
  findUnderWay,
  insertJobRun,
  type JobEnd,
  type JobRun,
  lockOfJob,
  type NewJobRun,
} from './job-run.js'

export type JobRequest = Omit<NewJobRun, 'id'>

export type StartedJob =
  | {readonly kind: 'started'; readonly end: (end: JobEnd) => Promise<void>}
  /** Another process runs it; null if it has not yet said which. */
  | {readonly kind: 'locked'; readonly by: JobRun | null}

/**
 * Begins a run of a job: on all hosts together, one at a time. What a process
 * has left behind that was killed is closed first. The run is written down
 * before its work begins, and its lock lasts until it has ended, or its process
 * is gone.
 */
export async function startJob(database: Database, request: JobRequest): Promise<StartedJob> {
  const hold = await database.hold(lockOfJob(request.job))
  if (hold === undefined) return {kind: 'locked', by: (await findUnderWay(database, request.job)) ?? null}
  const id = newRunId('J')
  try {
    await database.transaction(async (tx) => {
      await closeBrokenOff(tx, request.job)
      await insertJobRun(tx, {id, ...request})
    })
  } catch (error) {
    await hold.release()
    throw error
  }
  return {kind: 'started', end: async (end) => endStarted(database, hold, id, end)}
}

/** Writes down a run that did nothing, since another one was under way. */
export async function recordLockedOut(
  database: Database,
  request: JobRequest,
  {exitCode, why}: {readonly exitCode: number; readonly why: string},
): Promise<void> {
  const id = newRunId('J')
  await database.transaction(async (tx) => {
    await insertJobRun(tx, {id, ...request})
    await endJobRun(tx, id, {outcome: 'locked_out', exitCode, why, runId: null, counts: null})
  })
}

async function endStarted(database: Database, hold: Hold, id: string, end: JobEnd): Promise<void> {
  try {
    await endJobRun(database, id, end)
  } finally {
    await hold.release()
  }
}
