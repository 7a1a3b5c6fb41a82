import type {Transaction} from '#lib/db/database.js'
import {transition} from '#lib/kernel/state.js'
import {scheduleCopies} from './outbox.js'

/** A business key of an ordered flow. */
export interface OrderedKey {
  readonly flow: string
  readonly key: string
}

/**
 * Locks keys and their messages that are not over, until the transaction ends:
 * whoever puts messages of a key in order, or lets one go, holds its key.
 * Keys before messages, and messages in the order of their ids: no deadlocks.
 */
export async function lockKeys(
  tx: Transaction,
  keys: readonly OrderedKey[],
  messageIds: readonly string[] = [],
): Promise<void> {
  if (keys.length === 0) return
  const values = columnsOf(keys)
  await tx.query(
    `insert into erpsync.ordered_key (flow, business_key)
     select distinct flow, business_key
       from unnest($1::text[], $2::text[]) as k (flow, business_key)
      order by flow, business_key
         on conflict do nothing`,
    values,
  )
  await tx.query(
    `select from erpsync.ordered_key
      where (flow, business_key) in (select * from unnest($1::text[], $2::text[]))
      order by flow, business_key
        for update`,
    values,
  )
  await tx.query(
    `select from erpsync.message
      where id in (select unnest($3::uuid[])
                    union
                   select m.id
                     from erpsync.message m
                    where (m.flow, m.business_key) in (select * from unnest($1::text[], $2::text[]))
                      and m.ordering <> 'none'
                      and m.phase <> 'over')
      order by id
        for update`,
    [...values, messageIds],
  )
}

/** Locks these messages if some of them are ordered, with their keys as above. */
export async function lockKeysOf(tx: Transaction, messageIds: readonly string[]): Promise<readonly OrderedKey[]> {
  const {rows} = await tx.query<{flow: string; key: string}>(
    `select distinct flow, business_key as key
       from erpsync.message
      where id = any ($1::uuid[])
        and ordering <> 'none'`,
    [messageIds],
  )
  await lockKeys(tx, rows, messageIds)
  return rows
}

/**
 * Supersedes what a newer version has overtaken in these keys of `latest`
 * flows. What is in flight or in doubt is not touched: SAP may have it.
 */
export async function supersedeOlder(tx: Transaction, keys: readonly OrderedKey[]): Promise<void> {
  if (keys.length === 0) return
  const {from, to} = transition('superseded')
  await tx.query(
    `update erpsync.message m
        set state = $3, retry_at = null, probe_after = null, finished_at = now()
      where (m.flow, m.business_key) in (select * from unnest($1::text[], $2::text[]))
        and m.ordering = 'latest'
        and m.state = any ($4)
        and ${newerExists}`,
    [...columnsOf(keys), to, from],
  )
}

/**
 * Holds back those of these messages that must not be sent now: another of
 * their key is in flight or in doubt, or, in a strict flow, an earlier one is
 * not over. They have no copy until they are released.
 */
export async function holdBack(tx: Transaction, messageIds: readonly string[]): Promise<void> {
  const {from, to} = transition('held')
  await tx.query(
    `update erpsync.message m
        set state = $2, retry_at = null
      where m.id = any ($1::uuid[])
        and m.ordering <> 'none'
        and m.state = any ($3)
        and (${otherIsUnderWay} or ${earlierIsOpen})`,
    [messageIds, to, from],
  )
}

/**
 * Lets go on what nothing holds back any more in these keys: the newest held
 * version of a `latest` flow, the next message of a `strict` one.
 *
 * @returns how many were released.
 */
export async function releaseHeld(tx: Transaction, keys: readonly OrderedKey[]): Promise<number> {
  if (keys.length === 0) return 0
  const {from, to} = transition('released')
  const {rows} = await tx.query<{id: string; attempts: number}>(
    `update erpsync.message m
        set state = $3
      where (m.flow, m.business_key) in (select * from unnest($1::text[], $2::text[]))
        and m.ordering <> 'none'
        and m.state = any ($4)
        and not ${otherIsUnderWay}
        and not ${earlierIsOpen}
        and not (m.ordering = 'latest' and ${newerExists})
     returning m.id, m.attempts`,
    [...columnsOf(keys), to, from],
  )
  await scheduleCopies(
    tx,
    rows.map(({id, attempts}) => ({messageId: id, lane: 'work', attempt: attempts + 1, dueInMs: 0})),
  )
  return rows.length
}

/** The newest version of each key of a strict flow that has begun to move, as its rank. */
export async function begunRanks(
  tx: Transaction,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const {rows} = await tx.query<{key: string; rank: string}>(
    `select business_key as key, max(version_rank) as rank
       from erpsync.message
      where flow = $1
        and business_key = any ($2)
        and ordering = 'strict'
        and state not in ('held', 'discarded')
        and version_rank is not null
      group by business_key`,
    [flow, keys],
  )
  return new Map(rows.map(({key, rank}) => [key, rank]))
}

function columnsOf(keys: readonly OrderedKey[]): readonly [readonly string[], readonly string[]] {
  return [keys.map(({flow}) => flow), keys.map(({key}) => key)]
}

/** A newer version of the key is there; one that a person discarded does not count. */
const newerExists = `exists (
          select from erpsync.message newer
           where newer.flow = m.flow
             and newer.business_key = m.business_key
             and newer.ordering = 'latest'
             and newer.state <> 'discarded'
             and (coalesce(newer.version_rank, ''), newer.seq) > (coalesce(m.version_rank, ''), m.seq))`

/** SAP may be at work on another message of the key. */
const otherIsUnderWay = `exists (
          select from erpsync.message other
           where other.flow = m.flow
             and other.business_key = m.business_key
             and other.ordering <> 'none'
             and other.id <> m.id
             and other.phase = 'calling')`

/** In a strict flow, an earlier message of the key is not over, and nobody waived it. */
const earlierIsOpen = `(m.ordering = 'strict' and exists (
          select from erpsync.message earlier
           where earlier.flow = m.flow
             and earlier.business_key = m.business_key
             and earlier.ordering = 'strict'
             and earlier.phase <> 'over'
             and not earlier.waived
             and (coalesce(earlier.version_rank, ''), earlier.seq) < (coalesce(m.version_rank, ''), m.seq)))`
