import {lockMessages} from '#lib/ledger/lock.js'
import {batchSize, isBehind, isOver, placeOf, type PruneStep} from './step.js'

/**
 * Removes attempts and published copies of messages that are over. The messages
 * stay: by them what is sent a second time is recognised. What can still be
 * restored keeps its attempts, for SAP may have to be asked for the newest.
 */
export const pruneHistory: PruneStep = {
  count: async (database, {history}) => {
    const {rows} = await database.query<{attempts: number; copies: number}>(
      `select (select count(*)::integer
                 from erpsync.message m join erpsync.attempt a on a.message_id = m.id
                where ${isPrunable}) as attempts,
              (select count(*)::integer
                 from erpsync.message m join erpsync.outbox o on o.message_id = m.id
                where ${isPrunable} and o.published_at is not null) as copies`,
      [history],
    )
    return rows[0] ?? {}
  },
  removeBatch: async (tx, {history}, from) => {
    const {rows} = await tx.query<{id: string; place: string}>(
      `select m.id, ${placeOf} as place
         from erpsync.message m
        where ${isPrunable}
          and ${isBehind}
          and (exists (select from erpsync.attempt a where a.message_id = m.id)
               or exists (select from erpsync.outbox o where o.message_id = m.id and o.published_at is not null))
        order by m.finished_at, m.id
        limit $3`,
      [history, from, batchSize],
    )
    const ids = rows.map(({id}) => id)
    await lockMessages(tx, ids)
    const attempts = await tx.query(
      `delete from erpsync.attempt a
        using erpsync.message m
        where m.id = any ($2::uuid[])
          and ${isPrunable}
          and a.message_id = m.id`,
      [history, ids],
    )
    const copies = await tx.query(
      `delete from erpsync.outbox o
        using erpsync.message m
        where m.id = any ($2::uuid[])
          and ${isPrunable}
          and o.message_id = m.id
          and o.published_at is not null`,
      [history, ids],
    )
    const next = rows.length < batchSize ? null : (rows.at(-1)?.place ?? null)
    return {removed: {attempts: attempts.rowCount ?? 0, copies: copies.rowCount ?? 0}, next}
  },
}

const isPrunable = `${isOver} and m.finished_at < $1
          and not exists (select from erpsync.dead_letter l
                           where l.message_id = m.id and l.state in ('open', 'replayed', 'discarded'))`
