import {lockMessages} from '#lib/ledger/lock.js'
import {batchSize, isBehind, isOver, placeOf, type PruneStep} from './step.js'

/**
 * Removes messages that are over with all that belongs to them, where somebody
 * asked for that. Kept is the newest of each key that later ones are compared
 * with: in a flow with an order, where the content alone tells what is new, and
 * in a flow whose source may be read from its beginning again.
 */
export const pruneMessages: PruneStep = {
  count: async (database, {messages}) => {
    if (messages === null) return {messages: 0}
    const {rows} = await database.query<{messages: number}>(
      `select count(*)::integer as messages from erpsync.message m where ${isPrunable}`,
      [messages],
    )
    return {messages: rows[0]?.messages ?? 0}
  },
  removeBatch: async (tx, {messages}, from) => {
    if (messages === null) return {removed: {}, next: null}
    const {rows} = await tx.query<{id: string; place: string}>(
      `select m.id, ${placeOf} as place
         from erpsync.message m
        where ${isPrunable}
          and ${isBehind}
        order by m.finished_at, m.id
        limit $3`,
      [messages, from, batchSize],
    )
    await lockMessages(
      tx,
      rows.map(({id}) => id),
    )
    // Anew under the lock: one of them may have been restored.
    const locked = await tx.query<{id: string}>(
      `select m.id from erpsync.message m where m.id = any ($2::uuid[]) and ${isPrunable}`,
      [messages, rows.map(({id}) => id)],
    )
    const ids = locked.rows.map(({id}) => id)
    for (const table of ['attempt', 'outbox', 'payload_revision', 'dead_letter'] as const) {
      await tx.query(`delete from erpsync.${table} where message_id = any ($1::uuid[])`, [ids])
    }
    await tx.query('delete from erpsync.message where id = any ($1::uuid[])', [ids])
    return {removed: {messages: ids.length}, next: rows.length < batchSize ? null : (rows.at(-1)?.place ?? null)}
  },
}

const isPrunable = `${isOver} and m.finished_at < $1
        and not exists (select from erpsync.outbox o where o.message_id = m.id and o.published_at is null)
        and not exists (select from erpsync.dead_letter l
                         where l.message_id = m.id and coalesce(l.decided_at, 'infinity') >= $1)
        and (m.ordering = 'none'
             or exists (select from erpsync.message newer
                         where newer.flow = m.flow
                           and newer.business_key = m.business_key
                           and newer.ordering <> 'none'
                           and newer.state not in ('held', 'discarded')
                           and (coalesce(newer.version_rank, ''), newer.seq) > (coalesce(m.version_rank, ''), m.seq)))
        and ((m.idempotency_key <> m.business_key || '@' || m.id
              and not exists (select from erpsync.source_watermark w where w.flow = m.flow))
             or exists (select from erpsync.message newer
                         where newer.flow = m.flow
                           and newer.business_key = m.business_key
                           and newer.seq > m.seq))`
