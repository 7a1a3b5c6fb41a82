import {batchSize, type PruneStep} from './step.js'

/** Removes operations on letters that are over, with their items. */
export const pruneOperations: PruneStep = pruneRuns({
  runs: 'erpsync.operation',
  items: 'erpsync.operation_item',
  run: 'operation_id',
  key: 'operation_id, position',
})

/** Removes resyncs that are over, with their items; they count as operations. */
export const pruneResyncs: PruneStep = pruneRuns({
  runs: 'erpsync.resync_run',
  items: 'erpsync.resync_item',
  run: 'run_id',
  key: 'run_id, position',
})

/** Removes push runs that are over, with what they know of lines; they count as operations, too. */
export const prunePushRuns: PruneStep = pruneRuns({
  runs: 'erpsync.push_run',
  items: 'erpsync.push_line',
  run: 'run_id',
  key: 'run_id, file, line',
})

function pruneRuns({
  runs,
  items,
  run,
  key,
}: {
  readonly runs: string
  readonly items: string
  /** Column of an item that names its run. */
  readonly run: string
  readonly key: string
}): PruneStep {
  return {
    count: async (database, {history}) => {
      const {rows} = await database.query<{operations: number}>(
        `select count(*)::integer as operations from ${runs} where finished_at < $1`,
        [history],
      )
      return {operations: rows[0]?.operations ?? 0}
    },
    removeBatch: async (tx, {history}) => {
      const removed = await tx.query(
        `delete from ${items}
          where (${key}) in (select ${key}
                               from ${items}
                              where ${run} in (select id from ${runs} where finished_at < $1)
                              limit $2)`,
        [history, batchSize],
      )
      if (removed.rowCount === batchSize) return {removed: {}, next: ''}
      const {rowCount} = await tx.query(
        `delete from ${runs}
          where id in (select id from ${runs} where finished_at < $1 order by seq limit $2)`,
        [history, batchSize],
      )
      return {removed: {operations: rowCount ?? 0}, next: rowCount === batchSize ? '' : null}
    },
  }
}
