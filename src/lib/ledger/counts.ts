import type {Queryable} from '#lib/db/database.js'
import type {MessageState} from '#lib/kernel/state.js'

/** What of a flow is under way. */
export interface UnderWay {
  readonly flow: string
  /** Messages on their way, whatever their state. */
  readonly count: number
  /** Of those, the ones that wait for a later attempt or a look-up. */
  readonly delayed: number
  readonly oldestAcceptedAt: Date | null
}

/** How messages with these ids stand. */
export async function countStatesOf(
  database: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<MessageState, number>> {
  const {rows} = await database.query<{state: MessageState; count: number}>(
    `select state, count(*)::integer as count
       from erpsync.message
      where id = any ($1::uuid[])
      group by state`,
    [ids],
  )
  return new Map(rows.map(({state, count}) => [state, count]))
}

/** What is under way, by flow; answered from an index that holds only such messages. */
export async function countUnderWay(database: Queryable): Promise<readonly UnderWay[]> {
  const {rows} = await database.query<{flow: string; count: number; delayed: number; oldest: Date | null}>(
    `select flow, count(*)::integer as count,
            count(*) filter (where state in ('retry_wait', 'in_doubt'))::integer as delayed,
            min(accepted_at) as oldest
       from erpsync.message
      where phase in ('under_way', 'calling', 'held')
      group by flow
      order by flow`,
  )
  return rows.map(({oldest, ...same}) => ({...same, oldestAcceptedAt: oldest}))
}
