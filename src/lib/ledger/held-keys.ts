import type {Queryable} from '#lib/db/database.js'
import type {MessageState} from '#lib/kernel/state.js'
import type {Ordering} from '#lib/kernel/ordering.js'

/** A message of an ordered key that is not over. */
export interface KeyMessage {
  readonly id: string
  readonly version: string | null
  readonly state: MessageState
  readonly waived: boolean
  readonly attempts: number
  readonly acceptedAt: Date
  /** Why its newest attempt failed, if it did. */
  readonly code: string | null
  readonly text: string | null
}

/** A key with messages that are held back, and the message that holds them. */
export interface HeldKey {
  readonly flow: string
  readonly key: string
  readonly ordering: Ordering
  readonly held: number
  readonly heldSince: Date
  /** The first message of the key that is neither over nor held. */
  readonly holder: {readonly id: string; readonly state: MessageState; readonly code: string | null} | null
}

/** Keys with messages that are held back, those held longest first. */
export async function listHeldKeys(
  database: Queryable,
  {flow, limit}: {readonly flow: string | null; readonly limit: number},
): Promise<readonly HeldKey[]> {
  const {rows} = await database.query<HeldKeyRow>(
    `select h.flow, h.business_key as key, h.ordering, h.held, h.held_since,
            o.id as holder_id, o.state as holder_state, a.code as holder_code
       from (select flow, business_key, ordering, count(*)::integer as held, min(accepted_at) as held_since
               from erpsync.message
              where phase = 'held'
                and ordering <> 'none'
                and ($1::text is null or flow = $1)
              group by flow, business_key, ordering) h
       left join lateral (
              select m.id, m.state, m.attempts
                from erpsync.message m
               where m.flow = h.flow
                 and m.business_key = h.business_key
                 and m.ordering <> 'none'
                 and m.phase not in ('over', 'held')
                 and not m.waived
               order by coalesce(m.version_rank, ''), m.seq
               limit 1) o on true
       left join erpsync.attempt a on a.message_id = o.id and a.number = o.attempts
      order by h.held_since
      limit $2`,
    [flow, limit],
  )
  return rows.map(toHeldKey)
}

/** The messages of an ordered key that are not over, in their order. */
export async function readKey(database: Queryable, flow: string, key: string): Promise<readonly KeyMessage[]> {
  const {rows} = await database.query<KeyMessageRow>(
    `select m.id, m.version, m.state, m.waived, m.attempts, m.accepted_at, a.code, a.text
       from erpsync.message m
       left join erpsync.attempt a on a.message_id = m.id and a.number = m.attempts
      where m.flow = $1
        and m.business_key = $2
        and m.ordering <> 'none'
        and m.phase <> 'over'
      order by coalesce(m.version_rank, ''), m.seq`,
    [flow, key],
  )
  return rows.map(({accepted_at, ...same}) => ({...same, acceptedAt: accepted_at}))
}

interface HeldKeyRow {
  readonly flow: string
  readonly key: string
  readonly ordering: Ordering
  readonly held: number
  readonly held_since: Date
  readonly holder_id: string | null
  readonly holder_state: MessageState | null
  readonly holder_code: string | null
}

function toHeldKey({held_since, holder_id, holder_state, holder_code, ...same}: HeldKeyRow): HeldKey {
  return {
    ...same,
    heldSince: held_since,
    holder:
      holder_id === null || holder_state === null ? null : {id: holder_id, state: holder_state, code: holder_code},
  }
}

interface KeyMessageRow extends Omit<KeyMessage, 'acceptedAt'> {
  readonly accepted_at: Date
}
