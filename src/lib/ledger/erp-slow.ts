import type {Queryable} from '#lib/db/database.js'
import {readDestinations} from './destinations.js'

/** How long SAP's answers took before a run began: that of 95 in 100; null if too few are known. */
export async function readUsualCallMs(database: Queryable, flows: readonly string[]): Promise<number | null> {
  return slowestCalls(
    database,
    `select m.id, m.attempts as number
       from (select id, attempts, flow, state from erpsync.message order by seq desc limit ${mostMessages}) m
      where m.flow = any ($1::text[])
        and m.state = 'synced'`,
    flows,
  )
}

/**
 * What is slow or away in SAP, in words; null if nothing is.
 *
 * @param messageIds of the last messages that have their outcome
 */
export async function findErpSlow(
  database: Queryable,
  {
    destinations,
    messageIds,
    usualMs,
  }: {
    readonly destinations: readonly string[]
    readonly messageIds: readonly string[]
    readonly usualMs: number | null
  },
): Promise<string | null> {
  const away = (await readDestinations(database, destinations)).find(({breaker}) => breaker.kind !== 'closed')
  if (away !== undefined) return `the breaker of ${away.name} is ${away.breaker.kind === 'open' ? 'open' : 'half open'}`
  const nowMs = await slowestCalls(
    database,
    `select id, attempts as number from erpsync.message where id = any ($1::uuid[])`,
    messageIds,
  )
  const mostMs = usualMs === null ? slowMs : Math.max(leastMs, usualMs * timesUsual)
  if (nowMs === null || nowMs <= mostMs) return null
  return `SAP takes ${Math.round(nowMs)} ms for 95 of 100 calls, and at most ${Math.round(mostMs)} ms is usual`
}

async function slowestCalls(database: Queryable, calls: string, values: readonly string[]): Promise<number | null> {
  const {rows} = await database.query<{ms: number | null; count: number}>(
    `select (percentile_cont(0.95) within group (order by extract(epoch from a.ended_at - a.started_at) * 1000))::float8 as ms,
            count(*)::integer as count
       from (${calls}) c
       join erpsync.attempt a on a.message_id = c.id and a.number = c.number
      where a.ended_at is not null`,
    [values],
  )
  const [row] = rows
  return row !== undefined && row.count >= fewestCalls ? row.ms : null
}

const mostMessages = 5000
const fewestCalls = 10
const timesUsual = 3
/** Under that nothing is slow, whatever is usual. */
const leastMs = 1000
/** Where nothing is known of before. */
const slowMs = 5000
