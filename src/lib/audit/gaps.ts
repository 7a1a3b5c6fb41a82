import type {Queryable} from '#lib/db/database.js'
import type {Discrepancy} from './report.js'

/**
 * Dead messages without an open letter, beyond those whose letter may be under
 * way: as many as the flow's dead letter queue holds.
 */
export async function findDeadWithoutLetter(
  database: Queryable,
  flow: string,
  underWay: number,
): Promise<readonly Discrepancy[]> {
  const {rows} = await database.query<GapRow & {attempts: number}>(
    `select m.id, m.flow, m.business_key, m.attempts,
            greatest(a.ended_at, a.probed_at, m.accepted_at) as since
       from erpsync.message m
       left join erpsync.attempt a on a.message_id = m.id and a.number = m.attempts
      where m.flow = $1
        and m.state = 'dead'
        and greatest(a.ended_at, a.probed_at, m.accepted_at) < now() - $2 * interval '1 millisecond'
        and not exists (select from erpsync.dead_letter l where l.message_id = m.id and l.state = 'open')
      order by since, m.id`,
    [flow, graceMs],
  )
  return rows.slice(0, Math.max(0, rows.length - underWay)).map((row) => ({
    ...named(row),
    kind: 'dead_without_letter',
    detail: `dead since ${row.since.toISOString()}, and nobody was told`,
    // A copy of its last attempt makes a worker bury it again.
    repair: row.attempts > 0 ? {messageId: row.id, lane: 'retry', attempt: row.attempts} : null,
  }))
}

/** Open letters of messages that are not dead. */
export async function findLettersWithoutDead(
  database: Queryable,
  flows: readonly string[],
): Promise<readonly Discrepancy[]> {
  const {rows} = await database.query<GapRow & {letter: string; state: string}>(
    `select m.id, m.flow, m.business_key, l.archived_at as since, l.id as letter, m.state
       from erpsync.dead_letter l
       join erpsync.message m on m.id = l.message_id
      where m.flow = any ($1)
        and l.state = 'open'
        and m.state <> 'dead'
        and l.archived_at < now() - $2 * interval '1 millisecond'
      order by l.seq`,
    [flows, graceMs],
  )
  return rows.map((row) => ({
    ...named(row),
    kind: 'letter_without_dead',
    detail: `letter ${row.letter} is open, and the message is ${row.state}`,
    repair: null,
  }))
}

/** Outbox rows that should have been on the broker for a while. */
export async function findOverdue(database: Queryable, flows: readonly string[]): Promise<readonly Discrepancy[]> {
  const {rows} = await database.query<GapRow & {lane: string}>(
    `select m.id, m.flow, m.business_key, o.due_at as since, o.lane
       from erpsync.outbox o
       join erpsync.message m on m.id = o.message_id
      where m.flow = any ($1)
        and o.published_at is null
        -- rows the broker refuses are put off by some seconds, again and again
        and greatest(o.due_at, o.created_at) < now() - $2 * interval '1 millisecond'
      order by o.due_at, o.id`,
    [flows, graceMs],
  )
  return rows.map((row) => ({
    ...named(row),
    kind: 'outbox_overdue',
    detail: `due on the ${row.lane} lane since ${row.since.toISOString()}: is a relay running?`,
    repair: null,
  }))
}

/** Messages held back though nothing of their key is under way or waits for a person. */
export async function findHeldForNothing(
  database: Queryable,
  flows: readonly string[],
): Promise<readonly Discrepancy[]> {
  const {rows} = await database.query<GapRow>(
    `select m.id, m.flow, m.business_key, m.accepted_at as since
       from erpsync.message m
      where m.flow = any ($1)
        and m.phase = 'held'
        and not exists (select from erpsync.message other
                         where other.flow = m.flow
                           and other.business_key = m.business_key
                           and other.phase in ('under_way', 'calling', 'dead'))
      order by m.seq`,
    [flows],
  )
  return rows.map((row) => ({
    ...named(row),
    kind: 'held_for_nothing',
    detail: `held since ${row.since.toISOString()}; erpsync key list shows its key`,
    repair: null,
  }))
}

interface GapRow {
  readonly id: string
  readonly flow: string
  readonly business_key: string
  readonly since: Date
}

function named({id, flow, business_key}: GapRow): Pick<Discrepancy, 'flow' | 'messageId' | 'key'> {
  return {flow, messageId: id, key: business_key}
}

/** What is younger may be between two steps. */
const graceMs = 60_000
