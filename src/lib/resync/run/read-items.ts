import type {Queryable} from '#lib/db/database.js'
import type {SendableClass} from '#lib/resync/entry.js'

export const itemStates = ['pending', 'sent', 'resolved', 'failed', 'skipped'] as const

export type ItemState = (typeof itemStates)[number]

/** One key of a run, and what became of it. */
export interface RunItem {
  readonly key: string
  /** How it stood in SAP when it was planned. */
  readonly class: SendableClass
  readonly state: ItemState
  /** The message that brings SAP back. */
  readonly messageId: string | null
  /** SAP's number, once the message is synced. */
  readonly documentNumber: string | null
  readonly why: string | null
}

/** Keys of a run in the order in which they are sent. */
export async function readItems(
  database: Queryable,
  id: string,
  {states, limit}: {readonly states: readonly ItemState[]; readonly limit: number},
): Promise<readonly RunItem[]> {
  const {rows} = await database.query<{
    business_key: string
    class: SendableClass
    state: ItemState
    message_id: string | null
    erp_document: string | null
    why: string | null
  }>(
    `select i.business_key, i.class, i.state, i.message_id, m.erp_document, i.why
       from erpsync.resync_item i
       left join erpsync.message m on m.id = i.message_id
      where i.run_id = $1
        and i.state = any ($2::text[])
      order by i.position
      limit $3`,
    [id, states, limit],
  )
  return rows.map(({business_key, message_id, erp_document, ...same}) => ({
    key: business_key,
    class: same.class,
    state: same.state,
    messageId: message_id,
    documentNumber: erp_document,
    why: same.why,
  }))
}
