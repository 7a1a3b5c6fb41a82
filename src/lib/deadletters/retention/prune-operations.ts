import {batchSize, type PruneStep} from './step.js'

/** Removes operations on letters that are over, with their items. */
export const pruneOperations: PruneStep = pruneRuns({
  runs: 'erpsync.operation',
  items: 'erpsync.operation_item',
  run: 'operation_id',
})

/** Removes resyncs that are over, with their items; they count as operations. */
export const pruneResyncs: PruneStep = pruneRuns({
  runs: 'erpsync.resync_run',
  items: 'erpsync.resync_item',
  run: 'run_id',
})

function pruneRuns({
  runs,
  items,
  run,
}: {
  readonly runs: string
  readonly items: string
  /** Column of an item that names its run. */
  readonly run: string
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
        `delete from ${items} i
          using (select ${run}, position
                   from ${items}
                  where ${run} in (select id from ${runs} where finished_at < $1)
                  limit $2) chosen
          where i.${run} = chosen.${run}
            and i.position = chosen.position`,
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
