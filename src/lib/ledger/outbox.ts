import type {Lane} from '#lib/kernel/lane.js'
import type {Statement, Transaction} from '#lib/db/database.js'
import {transition} from '#lib/kernel/state.js'

/** A message that is due on the broker. */
export interface DueMessage {
  readonly outboxId: string
  readonly messageId: string
  readonly flow: string
  readonly key: string
  readonly lane: Lane
  readonly attempt: number
  readonly payload: unknown
  readonly revision: number
  readonly acceptedAt: Date
}

/** The channel that is notified whenever something enters the outbox. */
export const outboxChannel = 'erpsync_outbox'

/**
 * Locks the next due rows until the transaction ends. Rows another relay holds
 * are skipped, so several relays share the work.
 */
export async function lockDueMessages(tx: Transaction, limit: number): Promise<readonly DueMessage[]> {
  const {rows} = await tx.query<DueRow>(
    `select o.id as outbox_id, o.message_id, o.lane, o.attempt, m.flow, m.business_key, m.payload, m.revision,
            m.accepted_at
       from erpsync.outbox o
       join erpsync.message m on m.id = o.message_id
      where o.published_at is null
        and o.due_at <= now()
      order by o.due_at, o.id
      limit $1
        for update of o skip locked`,
    [limit],
  )
  return rows.map(toDueMessage)
}

/** Notes that the broker has confirmed these. */
export async function markPublished(tx: Transaction, due: readonly DueMessage[]): Promise<void> {
  const {from, to} = transition('published')
  await tx.query('update erpsync.outbox set published_at = now() where id = any ($1::bigint[])', [
    due.map(({outboxId}) => outboxId),
  ])
  // Rows of messages are always locked in the order of their ids, here and by the workers: no deadlocks.
  await tx.query(
    `with locked as (
       select id from erpsync.message where id = any ($1::uuid[]) order by id for update
     )
     update erpsync.message m
        set state = $2
       from locked
      where m.id = locked.id
        and m.state = any ($3)`,
    [due.map(({messageId}) => messageId), to, from],
  )
}

/** Puts off rows the broker would not take, so that they do not stand in the way of the others. */
export async function postponeDue(tx: Transaction, due: readonly DueMessage[], delayMs: number): Promise<void> {
  await tx.query(
    `update erpsync.outbox
        set due_at = now() + $2 * interval '1 millisecond'
      where id = any ($1::bigint[])`,
    [due.map(({outboxId}) => outboxId), delayMs],
  )
}

/** Schedules the first attempt of messages that have just come in. */
export async function scheduleNew(tx: Transaction, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  const lane: Lane = 'work'
  await Promise.all([
    tx.query(
      `insert into erpsync.outbox (message_id, lane, attempt)
       select message_id, $2, 1 from unnest($1::uuid[]) as new (message_id)`,
      [messageIds, lane],
    ),
    tx.query(wakingRelay.sql, wakingRelay.values),
  ])
}

/** Schedules copies: each for one attempt of one message, on one lane, not before its time. */
export async function scheduleCopies(
  tx: Transaction,
  copies: readonly {
    readonly messageId: string
    readonly lane: Lane
    readonly attempt: number
    readonly dueInMs: number
  }[],
): Promise<void> {
  if (copies.length === 0) return
  await tx.query(
    `insert into erpsync.outbox (message_id, lane, attempt, due_at)
     select message_id, lane, attempt, now() + due_in_ms * interval '1 millisecond'
       from unnest($1::uuid[], $2::text[], $3::integer[], $4::float8[])
         as new (message_id, lane, attempt, due_in_ms)`,
    [
      copies.map(({messageId}) => messageId),
      copies.map(({lane}) => lane),
      copies.map(({attempt}) => attempt),
      copies.map(({dueInMs}) => dueInMs),
    ],
  )
  if (copies.some(({dueInMs}) => dueInMs === 0)) await tx.query(wakingRelay.sql, wakingRelay.values)
}

/** Tells the relays, once the transaction is committed, that something is due. */
export const wakingRelay: Statement = {name: 'wake_relay', sql: `select pg_notify('${outboxChannel}', '')`, values: []}

/** A copy that goes back to the outbox as it is: nothing has happened to its message. */
export interface CopySetAside {
  readonly messageId: string
  readonly lane: Lane
  readonly attempt: number
  readonly dueInMs: number
}

/**
 * Schedules copies that were in hand and could not be delivered yet.
 *
 * @returns at the index of each, whether it was scheduled; false for a message the ledger does not know.
 */
export async function setCopiesAside(tx: Transaction, copies: readonly CopySetAside[]): Promise<readonly boolean[]> {
  const {rows} = await tx.query<{id: string}>('select id from erpsync.message where id = any ($1::uuid[])', [
    copies.map(({messageId}) => messageId),
  ])
  const known = new Set(rows.map(({id}) => id))
  await scheduleCopies(
    tx,
    copies.filter(({messageId}) => known.has(messageId)),
  )
  return copies.map(({messageId}) => known.has(messageId))
}

interface DueRow {
  readonly outbox_id: string
  readonly message_id: string
  readonly lane: Lane
  readonly attempt: number
  readonly flow: string
  readonly business_key: string
  readonly payload: unknown
  readonly revision: number
  readonly accepted_at: Date
}

function toDueMessage(row: DueRow): DueMessage {
  return {
    outboxId: row.outbox_id,
    messageId: row.message_id,
    flow: row.flow,
    key: row.business_key,
    lane: row.lane,
    attempt: row.attempt,
    payload: row.payload,
    revision: row.revision,
    acceptedAt: row.accepted_at,
  }
}
