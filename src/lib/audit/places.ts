import type {Queryable} from '#lib/db/database.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {MessageState} from '#lib/kernel/state.js'

/**
 * Where the ledger believes the copy that carries a message on:
 *
 * - `outbox`: not on the broker yet, or due there later
 * - `lane`: published to a lane, or taken from it by a worker
 * - `tier`: published to a delay tier, which lets go into the retry lane
 * - `nowhere`: the ledger itself has no place for it
 */
export type Place =
  | {readonly kind: 'outbox'}
  | {readonly kind: 'lane'; readonly lane: Lane}
  | {readonly kind: 'tier'; readonly ms: number}
  | {readonly kind: 'nowhere'}

/** How many messages of a flow need a copy in a place. */
export interface Need {
  readonly flow: string
  readonly place: Place
  readonly count: number
}

/** One of them, with the attempt its copy is for. */
export interface NeedyMessage {
  readonly messageId: string
  readonly flow: string
  readonly key: string
  readonly state: MessageState
  readonly attempt: number
  readonly lane: Lane
  readonly since: Date
}

/**
 * Counts what the ledger believes where, of all that has stood so since the
 * given moment. What moved after it is left out: a count of the broker's that
 * was taken in between need not hold it any more.
 */
export async function countNeeds(database: Queryable, flows: readonly string[], since: Date): Promise<readonly Need[]> {
  const {rows} = await database.query<PlaceRow & {flow: string; count: number}>(
    `with ${placed}
     select flow, place, lane, tier_ms, count(*)::integer as count
       from placed
      where standing_since <= $2
      group by flow, place, lane, tier_ms
      order by flow, place, lane, tier_ms`,
    [flows, since],
  )
  return rows.map((row) => ({flow: row.flow, count: row.count, place: toPlace(row)}))
}

/** Names messages that need a copy in a place of a flow, those first that have waited longest. */
export async function findNeedy(
  database: Queryable,
  flow: string,
  place: Place,
  {since, limit}: {readonly since: Date; readonly limit: number},
): Promise<readonly NeedyMessage[]> {
  const {rows} = await database.query<NeedyRow>(
    `with ${placed}
     select id, flow, business_key, state, needed, lane, standing_since
       from placed
      where standing_since <= $2
        and place = $3
        and ($4::text is null or lane = $4)
        and ($5::bigint is null or tier_ms = $5)
      order by standing_since, id
      limit $6`,
    [
      [flow],
      since,
      place.kind,
      place.kind === 'lane' ? place.lane : null,
      place.kind === 'tier' ? place.ms : null,
      limit,
    ],
  )
  return rows.map(toNeedyMessage)
}

/** How many messages of each flow are in each state. */
export async function countStates(
  database: Queryable,
  flows: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const {rows} = await database.query<{flow: string; states: Record<string, number>}>(
    `select flow, jsonb_object_agg(state, count) as states
       from (select flow, state, count(*) as count
               from erpsync.message
              where flow = any ($1)
              group by flow, state) counted
      group by flow`,
    [flows],
  )
  return new Map(rows.map(({flow, states}) => [flow, states]))
}

/**
 * Every message that needs a copy, and where that is. A message in flight or in
 * doubt needs the copy of its newest attempt, any other one that of the next.
 * The newest outbox row for that attempt says where it went; a retry has none
 * if a worker published it straight to a delay tier, whose length is the time
 * between the end of the attempt and the next.
 */
const placed = `under_way as (
       select id, flow, business_key, state, attempts, accepted_at, claimed_at, retry_at,
              case when state in ('in_flight', 'in_doubt') then attempts else attempts + 1 end as needed
         from erpsync.message
        where flow = any ($1)
          and phase in ('under_way', 'calling')
     ), placed as (
       select u.id, u.flow, u.business_key, u.state, u.needed,
              case when u.state = 'in_flight' then 'lane'
                   when o.published_at is not null then 'lane'
                   when o.id is not null then 'outbox'
                   when u.state = 'retry_wait' then 'tier'
                   when u.state = 'queued' then 'lane'
                   else 'nowhere' end as place,
              case when u.state = 'in_flight' then a.lane
                   when o.published_at is not null then o.lane
                   when o.id is not null then null
                   when u.state = 'queued' then 'work' end as lane,
              case when u.state = 'retry_wait' and o.id is null
                   then round(extract(epoch from u.retry_at - a.ended_at) * 1000)::bigint end as tier_ms,
              case when u.state = 'in_flight' then u.claimed_at
                   when o.id is not null then coalesce(o.published_at, o.created_at)
                   else coalesce(a.ended_at, u.accepted_at) end as standing_since
         from under_way u
         left join erpsync.attempt a on a.message_id = u.id and a.number = u.attempts
         left join lateral (select id, lane, created_at, published_at
                              from erpsync.outbox
                             where message_id = u.id
                               and attempt = u.needed
                             order by published_at is null desc, id desc
                             limit 1) o on true
     )`

interface PlaceRow {
  readonly place: Place['kind']
  readonly lane: Lane | null
  readonly tier_ms: string | null
}

function toPlace({place, lane, tier_ms}: PlaceRow): Place {
  switch (place) {
    case 'outbox':
    case 'nowhere':
      return {kind: place}
    case 'lane':
      return {kind: 'lane', lane: lane ?? 'work'}
    case 'tier':
      return {kind: 'tier', ms: Number(tier_ms)}
  }
}

interface NeedyRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly state: MessageState
  readonly needed: number
  readonly lane: Lane | null
  readonly standing_since: Date
}

/** Where no lane is known, that is a retry, or a message that was never tried. */
function toNeedyMessage(row: NeedyRow): NeedyMessage {
  return {
    messageId: row.id,
    flow: row.flow,
    key: row.business_key,
    state: row.state,
    attempt: row.needed,
    lane: row.lane ?? (row.needed > 1 ? 'retry' : 'work'),
    since: row.standing_since,
  }
}
