import type {Transaction} from '#lib/db/database.js'

/**
 * Lets the next items go whose keys these items held: as many of each key as
 * have ended. In a strict flow nothing follows a message that died again: it
 * would be held back behind it.
 */
export async function freeKeys(tx: Transaction, id: string, positions: readonly number[]): Promise<void> {
  await tx.query(
    `update erpsync.operation_item i
        set ready = true
       from (select i.flow, i.business_key, count(*) as ended
               from erpsync.operation_item i
               join erpsync.message m on m.id = i.message_id
              where i.operation_id = $1
                and i.position = any ($2::integer[])
                and not (m.ordering = 'strict' and i.state in ('failed_same', 'failed_new'))
              group by i.flow, i.business_key) ended
      cross join lateral (select waiting.position,
                                 row_number() over (order by waiting.position) as place
                            from erpsync.operation_item waiting
                           where waiting.operation_id = $1
                             and waiting.flow = ended.flow
                             and waiting.business_key = ended.business_key
                             and waiting.state = 'pending'
                             and not waiting.ready) next
      where i.operation_id = $1
        and i.position = next.position
        and next.place <= ended.ended`,
    [id, positions],
  )
}
