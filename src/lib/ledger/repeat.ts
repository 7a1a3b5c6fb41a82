import type {Queryable, Transaction} from '#lib/db/database.js'
import {lockFlow} from './accept.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import type {MessageState} from '#lib/kernel/state.js'

/** How a business key stands before one of its states is sent again. */
export interface KeyStanding {
  /** Its newest message that nobody discarded, by version and then by acceptance; null if there is none. */
  readonly newest: {readonly version: string | null; readonly rank: string; readonly reference: string} | null
  /** A message of the key that is not over; null if all are. */
  readonly open: {readonly id: string; readonly state: MessageState} | null
}

/** Reads how keys stand. Those of an ordered flow are locked by the caller; of another, the flow is, as for `lockLatestOfKeys`. */
export async function readStandings(
  tx: Transaction,
  {flow, ordering}: {readonly flow: string; readonly ordering: Ordering},
  keys: readonly string[],
): Promise<ReadonlyMap<string, KeyStanding>> {
  if (ordering === 'none') await lockFlow(tx, flow)
  const {rows} = await tx.query<StandingRow>(
    `select k.key, newest.version, newest.rank, newest.reference, open.id as open_id, open.state as open_state
       from unnest($2::text[]) as k (key)
       left join lateral (
              select m.version, coalesce(m.version_rank, '') as rank, coalesce(m.reference, m.idempotency_key) as reference
                from erpsync.message m
               where m.flow = $1
                 and m.business_key = k.key
                 and m.state <> 'discarded'
               order by coalesce(m.version_rank, '') desc, m.seq desc
               limit 1) newest on true
       left join lateral (
              select m.id, m.state
                from erpsync.message m
               where m.flow = $1
                 and m.business_key = k.key
                 and m.phase <> 'over'
               order by m.seq
               limit 1) open on true`,
    [flow, keys],
  )
  return new Map(rows.map((row) => [row.key, toStanding(row)]))
}

/** A message about to be written, and the reference it takes from the one that has it. */
export interface TakeOver {
  readonly id: string
  readonly flow: string
  readonly key: string
  readonly reference: string
}

/** Lets new messages of a key have the references of older ones, which are over and keep them for the record. */
export async function takeReferencesOver(tx: Transaction, takeOvers: readonly TakeOver[]): Promise<void> {
  if (takeOvers.length === 0) return
  await tx.query(
    `update erpsync.message m
        set repeated_by = t.id
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as t (id, flow, key, reference)
      where m.flow = t.flow
        and m.business_key = t.key
        and m.reference = t.reference
        and m.repeated_by is null
        and m.phase = 'over'`,
    [
      takeOvers.map(({id}) => id),
      takeOvers.map(({flow}) => flow),
      takeOvers.map(({key}) => key),
      takeOvers.map(({reference}) => reference),
    ],
  )
}

/** Whether a message that is no older than this one has come in for its key since. */
export async function isOvertaken(database: Queryable, messageId: string): Promise<boolean> {
  const {rows} = await database.query<{overtaken: boolean}>(
    `select exists (select from erpsync.message newer
                     where newer.flow = m.flow
                       and newer.business_key = m.business_key
                       and newer.seq > m.seq
                       and coalesce(newer.version_rank, '') >= coalesce(m.version_rank, '')
                       and newer.state <> 'discarded') as overtaken
       from erpsync.message m
      where m.id = $1`,
    [messageId],
  )
  return rows[0]?.overtaken === true
}

interface StandingRow {
  readonly key: string
  readonly version: string | null
  readonly rank: string | null
  readonly reference: string | null
  readonly open_id: string | null
  readonly open_state: MessageState | null
}

function toStanding({version, rank, reference, open_id, open_state}: StandingRow): KeyStanding {
  return {
    newest: rank === null || reference === null ? null : {version, rank, reference},
    open: open_id === null || open_state === null ? null : {id: open_id, state: open_state},
  }
}
