import {batchSize, type PruneStep} from './step.js'

/**
 * Removes runs of jobs that are over; they count as operations, too. The newest
 * run and the newest success of each job stay, whatever their age: by them it is
 * told what no longer runs.
 */
export const pruneJobRuns: PruneStep = {
  count: async (database, {history}) => {
    const {rows} = await database.query<{operations: number}>(
      `select count(*)::integer as operations from erpsync.job_run r where ${isPrunable}`,
      [history],
    )
    return {operations: rows[0]?.operations ?? 0}
  },
  removeBatch: async (tx, {history}) => {
    const {rowCount} = await tx.query(
      `delete from erpsync.job_run
        where id in (select r.id from erpsync.job_run r where ${isPrunable} order by r.seq limit $2)`,
      [history, batchSize],
    )
    return {removed: {operations: rowCount ?? 0}, next: rowCount === batchSize ? '' : null}
  },
}

/** When something ended that was broken off, nobody knows. */
const isPrunable = `r.outcome is not null
          and coalesce(r.finished_at, r.started_at) < $1
          and exists (select from erpsync.job_run newer
                       where newer.job = r.job
                         and newer.seq > r.seq
                         and newer.outcome is distinct from 'locked_out')
          and (r.outcome <> 'succeeded'
               or exists (select from erpsync.job_run newer
                           where newer.job = r.job
                             and newer.seq > r.seq
                             and newer.outcome = 'succeeded'))`
