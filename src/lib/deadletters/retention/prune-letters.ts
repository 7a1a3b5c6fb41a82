import {lockMessages} from '#lib/ledger/lock.js'
import {batchSize, isOver, type PruneStep} from './step.js'

/** Removes letters that are over. Open ones, and those on their way, are never among them, whatever their age. */
export const pruneLetters: PruneStep = {
  count: async (database, {history}) => {
    const {rows} = await database.query<{letters: number}>(
      `select count(*)::integer as letters
         from erpsync.dead_letter l
         left join erpsync.message m on m.id = l.message_id
        where ${isPrunable}`,
      [history],
    )
    return {letters: rows[0]?.letters ?? 0}
  },
  removeBatch: async (tx, {history}) => {
    const {rows} = await tx.query<{id: string; message_id: string | null}>(
      `select l.id, l.message_id
         from erpsync.dead_letter l
         left join erpsync.message m on m.id = l.message_id
        where ${isPrunable}
        order by l.decided_at
        limit $2`,
      [history, batchSize],
    )
    // Messages before letters, as everybody does; then nobody restores one of them in between.
    await lockMessages(
      tx,
      rows.map(({message_id}) => message_id),
    )
    const {rowCount} = await tx.query(
      `with chosen as (
         select l.id
           from erpsync.dead_letter l
          where l.id = any ($2::uuid[])
            and (l.message_id is null or exists (select from erpsync.message m where m.id = l.message_id and ${isOver}))
            and l.decided_at < $1
          order by l.seq
            for update
       )
       delete from erpsync.dead_letter l
        using chosen
        where l.id = chosen.id`,
      [history, rows.map(({id}) => id)],
    )
    return {removed: {letters: rowCount ?? 0}, next: rows.length < batchSize ? null : ''}
  },
}

/** A time of decision is had only by what is resolved, discarded, or followed by a newer letter. */
const isPrunable = `l.decided_at < $1 and (m.id is null or ${isOver})`
