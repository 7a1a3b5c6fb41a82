import {batchSize, type PruneStep} from './step.js'

/** Removes operations on letters that are over, with their items. */
export const pruneOperations: PruneStep = {
  count: async (database, {history}) => {
    const {rows} = await database.query<{operations: number}>(
      `select count(*)::integer as operations from erpsync.operation where finished_at < $1`,
      [history],
    )
    return {operations: rows[0]?.operations ?? 0}
  },
  removeBatch: async (tx, {history}) => {
    const items = await tx.query(
      `delete from erpsync.operation_item i
        using (select operation_id, position
                 from erpsync.operation_item
                where operation_id in (select id from erpsync.operation where finished_at < $1)
                limit $2) chosen
        where i.operation_id = chosen.operation_id
          and i.position = chosen.position`,
      [history, batchSize],
    )
    if (items.rowCount === batchSize) return {removed: {}, next: ''}
    const {rowCount} = await tx.query(
      `delete from erpsync.operation
        where id in (select id from erpsync.operation where finished_at < $1 order by seq limit $2)`,
      [history, batchSize],
    )
    return {removed: {operations: rowCount ?? 0}, next: rowCount === batchSize ? '' : null}
  },
}
